package dev.signet.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signet.quantize.BitPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {
    private static Map<String, Integer> layers(Object... pairs) {
        Map<String, Integer> layers = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            layers.put((String) pairs[i], (Integer) pairs[i + 1]);
        }
        return layers;
    }

    @Test
    void theMostCommonBitsComeLast() {
        Recipe recipe = Recipe.of(layers("a", 2, "b", 4, "c", 2, "d", 0));
        assertThat(recipe.bits()).isEqualTo("b=4,*=2");
        assertThat(recipe.excluded()).containsExactly("d");
        assertThat(recipe.command("m.onnx")).isEqualTo("signet quantize m.onnx --bits 'b=4,*=2' --exclude d");
    }

    @Test
    void oneNumberForAllIsThatNumber() {
        Recipe recipe = Recipe.of(layers("a", 3, "b", 3));
        assertThat(recipe).isEqualTo(new Recipe("3", List.of()));
        assertThat(recipe.id()).isEqualTo("3");
    }

    /** A name that would be more than one rule is met by the signs that stand for one character. */
    @Test
    void namesThatAreNoPatternsStillMeetTheirLayer() {
        String name = "a,b=7*'c\n";
        Recipe recipe = Recipe.of(layers(name, 5, "x", 2, "y", 2));
        BitPolicy policy = BitPolicy.parse(recipe.bits());
        assertThat(policy.bits(List.of(name))).isEqualTo(5);
        assertThat(policy.bits(List.of("x"))).isEqualTo(2);
        assertThat(recipe.command("m.onnx")).isEqualTo("signet quantize m.onnx --bits 'a?b?7??c?=5,*=2'");
    }

    @Test
    void nothingToDoIsSaid() {
        assertThatThrownBy(() -> Recipe.of(layers("a", 0))).hasMessageContaining("every layer stays float");
        assertThatThrownBy(() -> Recipe.of(layers("a", 9))).hasMessageContaining("1 to 8 bits");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "model.onnx|signet quantize model.onnx",
                "my model.onnx|signet quantize 'my model.onnx'",
                "-rf.onnx|signet quantize ./-rf.onnx",
                "a'; rm -rf ~ #.onnx|signet quantize 'a'\\''; rm -rf ~ #.onnx'",
                "$(id).onnx|signet quantize '$(id).onnx'",
                "für.onnx|signet quantize 'für.onnx'"
            })
    void namesAreOneWordOfAShell(String name, String command) {
        assertThat(Recipe.USUAL.command(name)).isEqualTo(command);
    }
}
