package dev.signet.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.quantize.runtime.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrittenFileTest {
    @TempDir
    Path folder;

    private static SmallNetwork network(String... more) {
        var network = new SmallNetwork(1)
                .input("x", 1, 3, 8, 8)
                .noise("w", 8, 3, 3, 3)
                .noise("b", 8)
                .node("Conv", "c", List.of("x", "w", "b"));
        for (String operator : more) {
            network.node(operator, "n", List.of("c")).node("Add", "y", List.of("n", "c"));
        }
        return network.output(more.length == 0 ? "c" : "y");
    }

    private Verification verify(ModelProto twin, ModelProto written) throws IOException {
        Path target = folder.resolve("target.onnx");
        Path file = Files.write(folder.resolve("written.onnx"), written.toByteArray());
        Path twinFile = Files.write(folder.resolve("twin-source.onnx"), twin.toByteArray());
        var model = ModelFile.read(twinFile);
        Verification verification = new WrittenFile(file, target, QuantizeOptions.defaults(3), Map.of(), Map.of())
                .verify(model, SmallNetwork.weights(model));
        assertThat(folder.resolve("target.onnx.twin")).doesNotExist();
        return verification;
    }

    private static ModelProto with(ModelProto model, int initializer, float[] values, int... shape) {
        var changed = model.toBuilder();
        String name = model.getGraph().getInitializer(initializer).getName();
        changed.getGraphBuilder().setInitializer(initializer, Tensors.floats(name, ElementType.FLOAT, shape, values));
        return changed.build();
    }

    @Test
    void theSameFileIsTheSame() throws IOException {
        assertThat(verify(network().proto(), network().proto()).kind()).isEqualTo(Verification.Kind.IDENTICAL);
    }

    @Test
    void oneBitOfOneWeightIsSeenAndNamed() {
        ModelProto twin = network().proto();
        float[] values =
                new TensorReader(network().model()).floats(twin.getGraph().getInitializer(0));
        values[5] = Math.nextUp(values[5]);
        assertThatThrownBy(() -> verify(twin, with(twin, 0, values, 8, 3, 3, 3)))
                .isInstanceOf(NotAchievedException.class)
                .hasMessageContaining("weight 5 of 'w'");
    }

    @Test
    void anotherBiasIsSeen() {
        ModelProto twin = network().proto();
        assertThatThrownBy(() -> verify(twin, with(twin, 1, new float[8], 8)))
                .isInstanceOf(NotAchievedException.class)
                .hasMessageContaining("'b' is not what was written");
    }

    @Test
    void aNetworkThatDiffersFromItselfIsNoReasonToThrowAFileAway() throws IOException {
        ModelProto random = network("RandomNormalLike").proto();
        assertThat(verify(random, random).kind()).isEqualTo(Verification.Kind.RANDOM);
    }
}
