package dev.signet.cli.help;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionsTest {
    private static final List<String> COMMANDS = List.of("quantize", "inspect", "run", "bench", "demo");

    @Test
    void distanceCountsSwappedLettersOnce() {
        assertThat(Suggestions.distance("qunatize", "quantize")).isEqualTo(1);
        assertThat(Suggestions.distance("", "run")).isEqualTo(3);
        assertThat(Suggestions.distance("kitten", "sitting")).isEqualTo(3);
    }

    @Test
    void onlyWhatIsNearIsSuggested() {
        assertThat(Suggestions.nearest("Quantise", COMMANDS)).contains("quantize");
        assertThat(Suggestions.nearest("insp", COMMANDS)).contains("inspect");
        assertThat(Suggestions.nearest("frobnicate", COMMANDS)).isEmpty();
        assertThat(Suggestions.nearest("x", COMMANDS)).isEmpty();
    }
}
