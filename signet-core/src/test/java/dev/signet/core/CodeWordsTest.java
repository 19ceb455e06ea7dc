package dev.signet.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeWordsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void unpackingUndoesPacking(int bits) {
        Random random = new Random(bits);
        CodeWords words = CodeWords.of(bits);
        for (int count = 1; count < 50; count++) {
            byte[] codes = new byte[count];
            for (int i = 0; i < count; i++) {
                codes[i] = (byte) random.nextInt(1 << bits);
            }

            byte[] packed = words.pack(codes, bits);

            assertThat(packed).hasSize((int) words.bytes(count, bits));
            assertThat(words.unpack(packed, count, bits)).isEqualTo(codes);
        }
    }

    /** The bits of the format, by hand. */
    @Test
    void firstCodesAreLowest() {
        assertThat(CodeWords.of(2).pack(new byte[] {1, 2, 3, 0, 1}, 2)).containsExactly(0b00_11_10_01, 1);
        // 1, 2, 3, 4 are the word 100 011 010 001, of which 1000 is the high part; 5, 6, 7, 0 the word 000 111 110 101.
        assertThat(CodeWords.of(3).pack(new byte[] {1, 2, 3, 4, 5, 6, 7, 0}, 3))
                .containsExactly(0b11_010_001, (byte) 0b11_110_101, 0b0001_1000);
        assertThat(CodeWords.of(5).pack(new byte[] {1, 31, 2, 16, 0, 0, 0, 8}, 5))
                .containsExactly((byte) 0b111_00001, 0b000_00010, 0, 0, 0b01_00_10_11);
    }

    @Test
    void bytesOfEveryNumberOfBits() {
        for (int bits = 1; bits <= 8; bits++) {
            assertThat(CodeWords.of(bits).bytes(64, bits)).isEqualTo(bits == 7 ? 64 : 8L * bits);
        }
    }

    @Test
    void refusesAnotherNumberOfBytes() {
        assertThatIllegalArgumentException().isThrownBy(() -> CodeWords.BYTES.unpack(new byte[2], 3, 4 + 4));
    }
}
