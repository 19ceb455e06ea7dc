package dev.signet.quantize;

import static dev.signet.quantize.fold.ModelText.body;
import static dev.signet.quantize.fold.ModelText.branch;
import static dev.signet.quantize.fold.ModelText.parsed;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.Grouping;
import dev.signet.core.Method;
import dev.signet.core.compute.Progress;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.quantize.fold.ModelText;
import dev.signet.testkit.OnnxRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of weight, from a model to a file that computes what its dequantized twin computes. */
class EveryWeightTest {
    @TempDir
    private Path folder;

    @Test
    void lstm() throws IOException {
        var model = new ModelText()
                .input("x", 12, 1, 192)
                .output("y")
                .weights("w", 2, 512, 192)
                .weights("r", 2, 512, 128)
                .node(
                        "LSTM x w r -> y",
                        Attributes.integer("hidden_size", 128),
                        ModelText.text("direction", "bidirectional"));

        assertThat(share(model, "w", "r")).isLessThan(0.2);
    }

    @Test
    void gru() throws IOException {
        var model = new ModelText()
                .input("x", 12, 1, 192)
                .output("y")
                .weights("w", 1, 384, 192)
                .weights("r", 1, 384, 128)
                .node("GRU x w r -> y", Attributes.integer("hidden_size", 128));

        assertThat(share(model, "w", "r")).isLessThan(0.2);
    }

    @Test
    void tablesThatAreLookedUp() throws IOException {
        var model = new ModelText()
                .input("x", 1, 6)
                .output("y")
                .weights("table", 300, 128)
                .weights("p", 128, 32)
                .node("Cast x -> ids", Attributes.type("to", ElementType.INT64))
                .node("Gather table ids -> e")
                .node("MatMul e p -> y");

        assertThat(share(model, "table", "p")).isLessThan(0.2);
    }

    @Test
    void fusedOperators() throws IOException {
        var model = new ModelText()
                .domain("com.microsoft")
                .input("x", 1, 16, 9, 9)
                .output("y")
                .weights("w", 64, 16, 3, 3)
                .weights("b", 64)
                .weights("v", 49, 128)
                .node("com.microsoft:FusedConv x w b -> h", ModelText.text("activation", "Relu"))
                .node("Flatten h -> f", Attributes.integer("axis", 2))
                .integers("shape", 64, 49)
                .node("Reshape f shape -> g")
                .node("com.microsoft:FusedMatMul g v -> y", Attributes.integer("transB", 0));

        assertThat(share(model, "w", "v")).isLessThan(0.25);
    }

    @Test
    void contractions() throws IOException {
        var model = new ModelText()
                .input("x", 1, 96, 5, 5)
                .output("y")
                .weights("w", 128, 96)
                .node("Einsum x w -> y", ModelText.text("equation", "bchw,oc->bohw"));

        assertThat(share(model, "w")).isLessThan(0.25);
    }

    @Test
    void weightsThatOnlyBodiesUse() throws IOException {
        var model = new ModelText()
                .input("x", 1, 32, 6, 6)
                .output("y")
                .weights("w", 48, 32, 3, 3)
                .tensor(Tensors.floats("limit", ElementType.FLOAT, new int[0], 0))
                .node("ReduceMean x -> mean", Attributes.integer("keepdims", 0))
                .node("Greater mean limit -> large");
        var held = model.noise("held", 48, 32, 3, 3);
        model.node(
                "If large -> y",
                body("then_branch", branch("a", parsed("Conv x w -> a"))),
                body("else_branch", branch("b", parsed("Conv x held -> b")).addInitializer(held)));

        assertThat(share(model, "w", "held")).isLessThan(0.25);
    }

    @Test
    void aWeightInConvolutionsOfDifferentGroups() throws IOException {
        var model = new ModelText()
                .input("x", 1, 32, 6, 6)
                .output("y")
                .weights("w", 64, 16, 3, 3)
                .integers("start", 0)
                .integers("end", 16)
                .integers("axis", 1)
                .node("Conv x w -> h", Attributes.integer("group", 2))
                .node("Slice h start end axis -> s")
                .node("Conv s w -> y");

        assertThat(share(model, "w")).isLessThan(0.3);
    }

    @Test
    void whatIsLeftIsTold() throws IOException {
        var model = new ModelText()
                .input("x", 1, 64)
                .output("y")
                .weights("w", 64, 64)
                .tensor(beyondHalf("added"))
                .tensor(beyondHalf("more"))
                .node("MatMul x w -> h")
                .node("Add h added -> g")
                .node("Mul g more -> y");

        QuantizeReport report = quantized(model, Format.PACKED, "out.onnx");

        assertThat(report.notes())
                .anySatisfy(note -> assertThat(note)
                        .contains(
                                "of the bytes are left", "'added' 16384 (used by node", "(Add), not as its weights)"));
    }

    /** Values that have no half-precision form, so that they stay what they are. */
    private static TensorProto beyondHalf(String name) {
        float[] values = new float[64 * 64];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1e6f + 137 * i;
        }
        return Tensors.floats(name, ElementType.FLOAT, new int[] {64, 64}, values);
    }

    /** Quantizes at 4 bits; the share of the bytes that are left. */
    private double share(ModelText model, String... quantized) throws IOException {
        QuantizeReport packed = quantized(model, Format.PACKED, "packed.onnx");
        quantized(model, Format.FLOAT, "float.onnx");
        assertThat(packed.tensors())
                .filteredOn(tensor -> tensor.kept() == null)
                .extracting(TensorReport::name)
                .containsExactlyInAnyOrder(quantized);
        float[] expected = OnnxRuntime.run(folder.resolve("float.onnx"), 8);
        assertThat(OnnxRuntime.run(folder.resolve("packed.onnx"), 8))
                .usingComparatorWithPrecision(1e-3f)
                .containsExactly(expected);
        // Outputs of weights by chance hardly depend on the input: without their
        // means little is left, and each bit is worth 6 dB.
        QuantizeReport finer = quantized(model, Format.PACKED, "finer.onnx", 7);
        assertThat(Objects.requireNonNull(finer.outputSnr())).isGreaterThan(Objects.requireNonNull(packed.outputSnr()));
        return (double) packed.bytesAfter() / packed.bytesBefore();
    }

    private QuantizeReport quantized(ModelText model, Format format, String name) throws IOException {
        return quantized(model, format, name, 4);
    }

    private QuantizeReport quantized(ModelText model, Format format, String name, int bits) throws IOException {
        Path source = folder.resolve("source.onnx");
        Files.write(source, model.proto().toByteArray());
        var options = new QuantizeOptions(
                new BitPolicy.Uniform(bits),
                Method.OUTPUT_AWARE,
                null,
                new Grouping.Filter(),
                true,
                true,
                format,
                List.of(),
                new QuantizeOptions.Samples(null, 8, null),
                null,
                0,
                2,
                MemoryBudget.usual(),
                true);
        return new ModelQuantizer(options, Progress.NONE).quantize(source, folder.resolve(name), true);
    }
}
