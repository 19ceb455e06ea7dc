package dev.signet.quantize.array;

import dev.signet.onnx.InputException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array of numpy's {@code .npy} format, versions 1 to 3, as fp32. Source: numpy's documentation, "numpy.lib.format".
 *
 * @param shape the dimensions
 * @param values row-major
 */
public record NpyArray(int[] shape, float[] values) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MAX_HEADER = 1 << 16;
    private static final int CHUNK = 1 << 20;
    private static final Pattern HEADER = Pattern.compile(
            "\\{\\s*'descr':\\s*'([<>|=]?[a-z][0-9]+)',\\s*'fortran_order':\\s*(True|False),\\s*'shape':\\s*\\(([0-9,"
                    + " ]*)\\),?\\s*\\}\\s*",
            Pattern.DOTALL);

    /** @throws IllegalArgumentException if the number of values does not fit the shape */
    public NpyArray {
        if (values.length != product(shape)) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%d values do not fit shape %s", values.length, Arrays.toString(shape)));
        }
    }

    private static long product(int[] shape) {
        long product = 1;
        for (int d : shape) {
            product = Math.multiplyExact(product, d);
        }
        return product;
    }

    /**
     * Reads an array; memory grows with what is really there, not with what the header says.
     *
     * @param where file and array, for messages
     * @throws InputException if it is not such an array, or not of real numbers
     * @throws IOException if the stream fails
     */
    public static NpyArray read(InputStream stream, String where) throws IOException {
        return read(stream, where, shape -> {});
    }

    /** The same; {@code expected} sees the shape before values are read, and throws where it is another. */
    public static NpyArray read(InputStream stream, String where, Consumer<int[]> expected) throws IOException {
        var in = new DataInputStream(stream);
        byte[] start = in.readNBytes(8);
        if (start.length < 8 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6) || start[6] < 1 || start[6] > 3) {
            throw bad(where, "not a numpy array");
        }
        byte[] lengthBytes = in.readNBytes(start[6] == 1 ? 2 : 4);
        if (lengthBytes.length < (start[6] == 1 ? 2 : 4)) {
            throw bad(where, "the array is cut off");
        }
        var littleEndian = ByteBuffer.wrap(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
        int length = start[6] == 1 ? littleEndian.getShort() & 0xffff : littleEndian.getInt();
        if (length < 0 || length > MAX_HEADER) {
            throw bad(where, String.format(Locale.ROOT, "the header claims %d bytes", length));
        }
        Matcher header = HEADER.matcher(new String(in.readNBytes(length), StandardCharsets.UTF_8));
        if (!header.matches()) {
            throw bad(where, "the header is not one of a plain array");
        }
        int[] shape = shape(header.group(3), where);
        expected.accept(shape);
        Type type = Type.of(header.group(1), where);
        float[] values = values(in, type, product(shape), where);
        return new NpyArray(shape, header.group(2).equals("True") ? rowMajor(values, shape) : values);
    }

    private static int[] shape(String text, String where) {
        String[] parts = text.isBlank() ? new String[0] : text.strip().split("\\s*,\\s*");
        if (parts.length > 16) {
            throw bad(where, String.format(Locale.ROOT, "the array has %d dimensions", parts.length));
        }
        try {
            int[] shape = Arrays.stream(parts).mapToInt(Integer::parseInt).toArray();
            if (product(shape) > Integer.MAX_VALUE - 8) {
                throw bad(where, "the array claims shape (%s)".formatted(text));
            }
            return shape;
        } catch (ArithmeticException | NumberFormatException e) {
            throw InputException.of(where, "the array claims shape (%s)".formatted(text), "use a smaller array", e);
        }
    }

    /** A numpy type code: byte order, kind (f, i, u, b) and bytes of an element. */
    private record Type(ByteOrder order, char kind, int bytes) {
        static Type of(String code, String where) {
            char first = code.charAt(0);
            int at = Character.isLetter(first) ? 0 : 1;
            var order = first == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            String name = code.substring(at);
            return switch (name) {
                case "f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "b1" ->
                    new Type(order, name.charAt(0), name.charAt(1) - '0');
                default -> throw bad(where, "the array is of type '%s', expected real numbers".formatted(code));
            };
        }

        float value(ByteBuffer buffer, int at) {
            return switch (kind) {
                case 'f' ->
                    switch (bytes) {
                        case 2 -> Float.float16ToFloat(buffer.getShort(at));
                        case 4 -> buffer.getFloat(at);
                        default -> (float) buffer.getDouble(at);
                    };
                case 'u', 'b' -> bytes == 1 ? buffer.get(at) & 0xff : buffer.getShort(at) & 0xffff;
                default ->
                    switch (bytes) {
                        case 1 -> buffer.get(at);
                        case 2 -> buffer.getShort(at);
                        case 4 -> buffer.getInt(at);
                        default -> buffer.getLong(at);
                    };
            };
        }
    }

    private static float[] values(InputStream in, Type type, long count, String where) throws IOException {
        float[] values = new float[(int) Math.min(count, CHUNK)];
        int done = 0;
        while (done < count) {
            int wanted = (int) Math.min(count - done, CHUNK);
            byte[] bytes = in.readNBytes(wanted * type.bytes());
            if (bytes.length < wanted * type.bytes()) {
                throw bad(
                        where,
                        String.format(
                                Locale.ROOT,
                                "the array ends after %d of %d values",
                                done + bytes.length / type.bytes(),
                                count));
            }
            if (values.length < done + wanted) {
                values = Arrays.copyOf(values, (int) Math.min(count, 2L * values.length));
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(type.order());
            for (int i = 0; i < wanted; i++) {
                values[done + i] = type.value(buffer, i * type.bytes());
            }
            done += wanted;
        }
        return values;
    }

    private static float[] rowMajor(float[] columnMajor, int[] shape) {
        float[] values = new float[columnMajor.length];
        int[] index = new int[shape.length];
        for (int i = 0; i < values.length; i++) {
            int from = 0;
            for (int d = shape.length - 1; d >= 0; d--) {
                from = from * shape[d] + index[d];
            }
            values[i] = columnMajor[from];
            for (int d = shape.length - 1; d >= 0 && ++index[d] == shape[d]; d--) {
                index[d] = 0;
            }
        }
        return values;
    }

    /**
     * This array, if all its values are numbers of a range.
     *
     * @param where file and array, for messages
     * @throws InputException naming the first value that is NaN, infinite or outside
     */
    public NpyArray within(double least, double most, String where) {
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= least && values[i] <= most)) {
                throw InputException.of(
                        where,
                        String.format(
                                Locale.ROOT,
                                "value %d is %s, expected numbers from %.0e to %.0e",
                                i,
                                values[i],
                                least,
                                most),
                        "check how the array was made");
            }
        }
        return this;
    }

    /** Writes version 1, little-endian fp32. */
    public void write(OutputStream out) throws IOException {
        var dimensions = new StringBuilder();
        for (int d : shape) {
            dimensions.append(d).append(", ");
        }
        String header = String.format(
                Locale.ROOT,
                "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }",
                dimensions.toString().strip());
        // The data start at a multiple of 64 bytes.
        int padded = Math.ceilDiv(10 + header.length() + 1, 64) * 64 - 10;
        header += " ".repeat(padded - header.length() - 1) + "\n";
        ByteBuffer buffer = ByteBuffer.allocate(10 + padded + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded);
        buffer.put(header.getBytes(StandardCharsets.US_ASCII));
        for (float value : values) {
            buffer.putFloat(value);
        }
        out.write(buffer.array());
    }

    private static InputException bad(String where, String problem) {
        return InputException.of(where, problem, "save it with numpy.save or numpy.savez as float32");
    }
}
