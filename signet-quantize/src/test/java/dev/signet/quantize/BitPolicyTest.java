package dev.signet.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BitPolicyTest {
    @Test
    void theFirstRuleThatMatchesDecides() {
        BitPolicy policy = BitPolicy.parse("conv1=4,*fc*=5,layer?.*=2");
        assertThat(policy.bits(List.of("conv1"))).isEqualTo(4);
        assertThat(policy.bits(List.of("model/fc.weight"))).isEqualTo(5);
        assertThat(policy.bits(List.of("w12", "layer3.0.conv1"))).isEqualTo(2);
        assertThat(policy.bits(List.of("conv10"))).isEqualTo(BitPolicy.DEFAULT_BITS);
        assertThat(BitPolicy.parse("8").bits(List.of())).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "99", "9", "-1", "", "three", "a=", "=3", "a=3,", "a=3,b", "a=0", "2.5"})
    void refusesOtherTexts(String text) {
        assertThatThrownBy(() -> BitPolicy.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"10%,100", "900KB,900000", "1.5MB,1500000", "1kib,1024", "77,77", "12.5 %,125"})
    void readsSizes(String text, long bytes) {
        assertThat(BitPolicy.target(text, 1000).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "10%%", "-5", "1TB", "1e9"})
    void refusesOtherSizes(String text) {
        assertThatThrownBy(() -> BitPolicy.target(text, 1000)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void globsTakeNamesLiterallyButForStarAndQuestionMark() {
        assertThat(new NamePattern("a.b(c)[0]").matches(List.of("a.b(c)[0]"))).isTrue();
        assertThat(new NamePattern("a.b").matches(List.of("axb"))).isFalse();
        assertThat(new NamePattern("/x/*/w?").matches(List.of("/x/y/z/w1"))).isTrue();
        assertThat(new NamePattern("***?**a*").matches(List.of("ba"))).isTrue();
        assertThat(new NamePattern("?").matches(List.of("", "ab"))).isFalse();
        assertThat(new NamePattern("conv1.wieght").closest(List.of("fc.weight", "conv1.weight")))
                .contains("conv1.weight");
    }

    @Test
    void manyStarsDoNotHangTheMatcher() {
        assertThat(new NamePattern("*".repeat(5000) + "x").matches(List.of("a".repeat(2000))))
                .isFalse();
    }
}
