package dev.signet.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.Grouping;
import dev.signet.core.compute.Progress;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.tensor.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HalfFloatsTest {
    private static final int CHANNELS = 96;

    /** The first convolution's bias and the second's, which correction adds, in one tensor. */
    private static final int BIASES = CHANNELS + 16;

    @TempDir
    private Path folder = Path.of("");

    /** Two convolutions with biases; what the first's bias adds is taken away after it. */
    private List<TensorProto> written(float bias, String... excluded) throws IOException {
        float[] biases = new float[CHANNELS];
        Arrays.fill(biases, bias);
        float[] away = new float[CHANNELS];
        Arrays.fill(away, -1.0003f * bias);
        Path source = Files.write(
                folder.resolve("source.onnx"),
                new SmallNetwork(1)
                        .input("x", 1, 8, 8, 8)
                        .noise("first", CHANNELS, 8, 3, 3)
                        .constant("bias", biases, CHANNELS)
                        .constant("away", away, 1, CHANNELS, 1, 1)
                        .noise("second", 16, CHANNELS, 3, 3)
                        .node("Conv", "c", List.of("x", "first", "bias"))
                        .node("Add", "d", List.of("c", "away"))
                        .node("Conv", "y", List.of("d", "second"))
                        .output("y")
                        .proto()
                        .toByteArray());
        Path target = folder.resolve("small.onnx");
        QuantizeOptions usual = QuantizeOptions.defaults(4);
        QuantizeOptions options = new QuantizeOptions(
                usual.bits(),
                usual.method(),
                usual.importance(),
                new Grouping.Filter(),
                usual.offset(),
                usual.correct(),
                usual.format(),
                Arrays.stream(excluded).map(NamePattern::new).toList(),
                usual.samples(),
                usual.inputShapes(),
                usual.seed(),
                usual.threads(),
                usual.memory(),
                usual.verify());
        new ModelQuantizer(options, Progress.NONE).quantize(source, target, true);
        return ModelFile.read(target).proto().getGraph().getInitializerList();
    }

    private static long floats(List<TensorProto> tensors, ElementType type, int count) {
        return tensors.stream()
                .filter(tensor -> tensor.getDataType() == type.number())
                .filter(tensor -> tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b) == count)
                .count();
    }

    @Test
    void whatTheOutputsDoNotNoticeIsHalf() throws IOException {
        List<TensorProto> written = written(0.3f);
        assertThat(floats(written, ElementType.FLOAT16, BIASES)).isOne();
        assertThat(floats(written, ElementType.FLOAT16, CHANNELS)).isOne();
        assertThat(floats(written, ElementType.FLOAT, CHANNELS)).isZero();
    }

    @Test
    void whatTheyWouldNoticeStays() throws IOException {
        List<TensorProto> written = written(3000.7f);
        assertThat(floats(written, ElementType.FLOAT, CHANNELS)).isEqualTo(2);
        assertThat(floats(written, ElementType.FLOAT16, CHANNELS)).isZero();
        assertThat(floats(written, ElementType.FLOAT16, BIASES)).isZero();
    }

    @Test
    void whatIsExcludedStays() throws IOException {
        List<TensorProto> written = written(0.3f, "away");
        assertThat(written).anySatisfy(tensor -> {
            assertThat(tensor.getName()).isEqualTo("away");
            assertThat(tensor.getDataType()).isEqualTo(ElementType.FLOAT.number());
        });
        assertThat(floats(written, ElementType.FLOAT16, BIASES)).isOne();
        assertThat(floats(written, ElementType.FLOAT16, CHANNELS)).isZero();
    }
}
