package dev.signet.core;

/**
 * How codes of b bits are words of whole bytes in a file. Code {@code c} of a weight has its sign in plane {@code i} as bit
 * {@code i}; a word holds its first code in its lowest bits.
 *
 * <p>Bits that do not divide eight share the bits above a byte: a unit of {@link #lowBytes} bytes, the low bytes of as many words,
 * is followed by one byte with their high parts, that of the first word lowest.
 */
public enum CodeWords {
    /** One word a byte: 1, 2, 4 and 8 bits, and 7, of which one bit stays empty. */
    BYTES(8, 1),
    /** Words of ten bits, four in five bytes: 5 bits. */
    TEN_BITS(10, 4),
    /** Words of twelve bits, two in three bytes: 3 and 6 bits. */
    TWELVE_BITS(12, 2);

    private final int wordBits;
    private final int lowBytes;

    CodeWords(int wordBits, int lowBytes) {
        this.wordBits = wordBits;
        this.lowBytes = lowBytes;
    }

    /** The words of codes of {@code bits} bits, 1..8. */
    public static CodeWords of(int bits) {
        return switch (bits) {
            case 3, 6 -> TWELVE_BITS;
            case 5 -> TEN_BITS;
            default -> BYTES;
        };
    }

    /** Bits of a word. */
    public int wordBits() {
        return wordBits;
    }

    /** Words in a unit. */
    public int lowBytes() {
        return lowBytes;
    }

    /** Whether words have parts above their low bytes. */
    public boolean hasHighParts() {
        return wordBits > Byte.SIZE;
    }

    /** Bits of a word above its low byte. */
    public int highBits() {
        return wordBits - Byte.SIZE;
    }

    /** Bytes of a unit, the smallest run of codes that is whole bytes. */
    public int unitBytes() {
        return hasHighParts() ? lowBytes + 1 : 1;
    }

    /** Codes in a word. */
    public int wordCodes(int bits) {
        return wordBits / bits;
    }

    /** Codes in a unit. */
    public int unitCodes(int bits) {
        return lowBytes * wordCodes(bits);
    }

    /** Bytes of {@code codes} codes, the last unit filled with zeros. */
    public long bytes(long codes, int bits) {
        return Math.multiplyExact(Math.ceilDiv(codes, unitCodes(bits)), (long) unitBytes());
    }

    /** Codes as bytes. */
    public byte[] pack(byte[] codes, int bits) {
        byte[] bytes = new byte[Math.toIntExact(bytes(codes.length, bits))];
        int perWord = wordCodes(bits);
        int words = Math.ceilDiv(codes.length, perWord);
        for (int w = 0; w < words; w++) {
            int word = 0;
            for (int t = Math.min(perWord, codes.length - w * perWord) - 1; t >= 0; t--) {
                word = (word << bits) | (codes[w * perWord + t] & 0xff);
            }
            int unit = w / lowBytes * unitBytes();
            bytes[unit + w % lowBytes] = (byte) word;
            if (hasHighParts()) {
                bytes[unit + lowBytes] |= (byte) ((word >>> Byte.SIZE) << (w % lowBytes * highBits()));
            }
        }
        return bytes;
    }

    /**
     * The first {@code count} codes.
     *
     * @throws IllegalArgumentException if there are not as many bytes as that takes
     */
    public byte[] unpack(byte[] bytes, int count, int bits) {
        if (bytes.length != bytes(count, bits)) {
            throw new IllegalArgumentException(
                    bytes.length + " bytes are not " + count + " codes of " + bits + " bits");
        }
        byte[] codes = new byte[count];
        int perWord = wordCodes(bits);
        int mask = (1 << bits) - 1;
        for (int w = 0; w * perWord < count; w++) {
            int unit = w / lowBytes * unitBytes();
            int word = bytes[unit + w % lowBytes] & 0xff;
            if (hasHighParts()) {
                int high = ((bytes[unit + lowBytes] & 0xff) >>> (w % lowBytes * highBits())) & ((1 << highBits()) - 1);
                word |= high << Byte.SIZE;
            }
            for (int t = 0; t < perWord && w * perWord + t < count; t++) {
                codes[w * perWord + t] = (byte) ((word >>> (t * bits)) & mask);
            }
        }
        return codes;
    }
}
