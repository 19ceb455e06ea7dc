package dev.signet.quantize.fold;

import static dev.signet.quantize.fold.ModelText.body;
import static dev.signet.quantize.fold.ModelText.branch;
import static dev.signet.quantize.fold.ModelText.parsed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.InputException;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.ScannedTensor;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.testkit.OnnxRuntime;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredWeightsTest {
    private static final AttributeProto PADS = Attributes.integers("pads", 1, 1, 1, 1);

    @Test
    void weightNormalizationIsComputed() {
        ModelText text = images().weights("v", 16, 8, 3, 3)
                .weights("gain", 16, 1, 1, 1)
                .node("ReduceL2 v -> norm", Attributes.integers("axes", 1, 2, 3))
                .node("Div gain norm -> scale")
                .node("Mul v scale -> w")
                .node("Conv x w -> y", PADS);

        OnnxModel stored = sameOutputs(text);

        assertThat(names(stored)).containsExactly("w");
        assertThat(stored.proto().getGraph().getNodeList()).hasSize(1);
        assertThat(stored.proto().getGraph().getInitializerList()).hasSize(1);
    }

    @Test
    void standardizedConvolutionsAreComputed() {
        ModelText text = images().weights("v", 16, 8, 3, 3)
                .integers("flat", 1, 16, -1)
                .integers("full", 16, 8, 3, 3)
                .weights("one", 16)
                .weights("zero", 16)
                .weights("mean", 16)
                .weights("variance", 16)
                .node("Reshape v flat -> rows")
                .node(
                        "BatchNormalization rows one zero mean variance -> normal m s",
                        Attributes.integer("training_mode", 1))
                .node("Reshape normal full -> w")
                .node("Conv x w -> y", PADS);

        assertThat(names(sameOutputs(text))).containsExactly("w");
    }

    @Test
    void masksSlicesAndConcatenationsAreComputed() {
        ModelText text = images().weights("large", 20, 8, 3, 3)
                .weights("mask", 16, 8, 3, 3)
                .weights("a", 6, 16, 1, 1)
                .weights("b", 10, 16, 1, 1)
                .integers("start", 0)
                .integers("end", 16)
                .node("Slice large start end start -> part")
                .node("Mul part mask -> w0")
                .node("Concat a b -> w1", Attributes.integer("axis", 0))
                .node("Conv x w0 -> h", PADS)
                .node("Conv h w1 -> y");

        assertThat(names(sameOutputs(text))).containsExactly("w0", "w1");
    }

    @Test
    void fakeQuantizationIsComputed() {
        ModelText text = images().weights("v", 16, 8, 3, 3)
                .tensor(Tensors.floats("scale", ElementType.FLOAT, new int[0], 0.05f))
                .tensor(Tensors.bytes("zero", ElementType.INT8, new int[0], new byte[1]))
                .node("QuantizeLinear v scale zero -> q")
                .node("DequantizeLinear q scale zero -> w")
                .node("Conv x w -> y", PADS);

        assertThat(names(sameOutputs(text))).containsExactly("w");
    }

    /** Int8 weights already take a byte each; as floats the file could grow. */
    @Test
    void whatIsStoredInEightBitsStaysSo() {
        ModelText text = images().tensor(
                        Tensors.bytes("q", ElementType.INT8, new int[] {16, 8, 3, 3}, new byte[16 * 8 * 9]))
                .tensor(Tensors.floats("scale", ElementType.FLOAT, new int[0], 0.05f))
                .tensor(Tensors.bytes("zero", ElementType.INT8, new int[0], new byte[1]))
                .node("DequantizeLinear q scale zero -> w")
                .node("Conv x w -> y", PADS);

        OnnxModel model = text.build();

        assertThat(StoredWeights.of(model).model()).isSameAs(model);
    }

    @Test
    void gatesOfAnExportedLstmAreComputed() {
        ModelText text = new ModelText()
                .input("x", 5, 1, 6)
                .output("y")
                .weights("wi", 16, 6)
                .weights("wr", 16, 4)
                .integers("axis", 0)
                .node("Split wi -> i o f c", Attributes.integer("axis", 0))
                .node("Concat i c o f -> wg", Attributes.integer("axis", 0))
                .node("Unsqueeze wg axis -> w")
                .node("Unsqueeze wr axis -> r")
                .node("LSTM x w r -> y", Attributes.integer("hidden_size", 4));

        assertThat(names(sameOutputs(text))).containsExactlyInAnyOrder("w", "wr");
    }

    @Test
    void weightsThatSeveralLayersComputeAlikeAreStoredOnce() {
        ModelText text = images().weights("v", 8, 8, 3, 3)
                .weights("mask", 8, 8, 3, 3)
                .node("Mul v mask -> w0")
                .node("Mul v mask -> w1")
                .node("Conv x w0 -> h", PADS)
                .node("Conv h w1 -> y", PADS);

        OnnxModel stored = sameOutputs(text);

        assertThat(names(stored)).containsExactly("w0");
        assertThat(WeightScan.of(stored).weights().getFirst().uses()).hasSize(2);
    }

    @Test
    void aSmallTensorThatIsExpandedStaysSmall() {
        ModelText text = images().weights("v", 1, 8, 3, 3)
                .integers("shape", 64, 8, 3, 3)
                .node("Expand v shape -> w")
                .node("Conv x w -> y", PADS);
        OnnxModel model = text.build();

        assertThat(StoredWeights.of(model).model()).isSameAs(model);
    }

    @Test
    void aTensorThatOthersUseIsNotStoredTwice() {
        OnnxModel model = images().weights("v", 8, 8, 8, 8)
                .node("Abs v -> w")
                .node("Conv x w -> h")
                .node("Add v x -> other")
                .node("ReduceMean other -> m")
                .node("Add h m -> y")
                .build();

        assertThat(StoredWeights.of(model).model()).isSameAs(model);
    }

    @Test
    void aConstantThatExplodesIsRefused() {
        OnnxModel model = images().integers("huge", 40_000, 40_000, 3, 3)
                .weights("v", 1)
                .node("Expand v huge -> w")
                .node("Conv x w -> y", PADS)
                .build();

        StoredWeights stored = StoredWeights.of(model);

        assertThat(stored.model()).isSameAs(model);
        assertThat(stored.notes()).singleElement().asString().contains("would make up to 14400000000 elements");
    }

    @Test
    void aModelWithoutComputedWeightsStaysTheSame() {
        OnnxModel model = images().weights("w", 8, 8, 3, 3)
                .weights("bias", 8)
                .node("Abs bias -> b")
                .node("Conv x w b -> y", PADS)
                .build();

        assertThat(StoredWeights.of(model)).isEqualTo(new StoredWeights(model, List.of()));
    }

    @Test
    void functionsThatReceiveAndHoldWeightsAreInlined() {
        ModelText text = images();
        TensorProto held = text.noise("held", 8, 8, 1, 1);
        text.weights("w0", 8, 8, 3, 3)
                .weights("w1", 8, 8, 3, 3)
                .function(
                        "Block",
                        List.of("in", "w", "unused"),
                        List.of("out"),
                        parsed("Conv in w -> wide", PADS),
                        parsed("Constant -> held", Attributes.tensor("value", held)),
                        parsed("Conv wide held -> narrow"),
                        parsed("Relu narrow -> out"))
                .node("lib:Block x w0 -> h")
                .node("lib:Block h w1 -> y");

        OnnxModel stored = sameOutputs(text);

        assertThat(names(stored)).containsExactlyInAnyOrder("w0", "w1", "Block/held");
        assertThat(stored.proto().getFunctionsList()).isEmpty();
    }

    @Test
    void aFunctionsAttributesComeFromItsCall() {
        AttributeProto given = AttributeProto.newBuilder()
                .setName("pads")
                .setRefAttrName("border")
                .setType(AttributeProto.AttributeType.INTS)
                .build();
        ModelText text = images().weights("w", 8, 8, 3, 3)
                .function(FunctionProto.newBuilder()
                        .setName("Layer")
                        .addInput("in")
                        .addInput("w")
                        .addOutput("out")
                        .addAttribute("border")
                        .addNode(parsed("Conv in w -> out", given)))
                .node("lib:Layer x w -> h", Attributes.integers("border", 2, 2, 2, 2))
                .node("lib:Layer h w -> y", Attributes.integers("border", 0, 0, 0, 0));

        assertThat(names(sameOutputs(text))).containsExactly("w");
    }

    @Test
    void functionsThatCallEachOtherInACircleAreRefused() {
        ModelText text = images().weights("w", 8, 8, 3, 3)
                .function("A", List.of("in", "w"), List.of("out"), parsed("lib:B in w -> out"))
                .function("B", List.of("in", "w"), List.of("out"), parsed("lib:A in w -> out"))
                .node("lib:A x w -> y");
        OnnxModel model = text.build();

        assertThatThrownBy(() -> StoredWeights.of(model))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("calls itself");
    }

    @Test
    void functionsThatExplodeAreRefused() {
        ModelText text = images().weights("w", 8, 8, 3, 3);
        text.function("F0", List.of("in", "w"), List.of("out"), parsed("Conv in w -> out", PADS));
        for (int i = 1; i < 30; i++) {
            text.function(
                    "F" + i,
                    List.of("in", "w"),
                    List.of("out"),
                    parsed("lib:F" + (i - 1) + " in w -> half"),
                    parsed("lib:F" + (i - 1) + " half w -> out"));
        }
        OnnxModel model = text.node("lib:F29 x w -> y").build();

        assertThatThrownBy(() -> StoredWeights.of(model))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("nodes of their calls");
    }

    @Test
    void weightsInTheBranchesOfAnIfAreStoredOutside() {
        ModelText text = images().tensor(Tensors.floats("limit", ElementType.FLOAT, new int[0], 1e6f));
        NodeProto[] layers = {
            parsed("Constant -> v", Attributes.tensor("value", text.noise("", 8, 8, 3, 3))),
            parsed("Constant -> g", Attributes.tensor("value", text.noise("", 8, 1, 1, 1))),
            parsed("Mul v g -> w"),
            parsed("Conv x w -> h", PADS)
        };
        var then = branch("a", layers).addNode(parsed("Relu h -> a"));
        var other = branch("b", layers)
                .addInitializer(text.noise("own", 8, 8, 3, 3))
                .addNode(parsed("Conv h own -> b", PADS));
        text.node("ReduceMean x -> mean", Attributes.integer("keepdims", 0))
                .node("Greater mean limit -> large")
                .node("If large -> y", body("then_branch", then), body("else_branch", other));

        OnnxModel stored = sameOutputs(text);

        assertThat(names(stored)).hasSize(2).contains("own");
        assertThat(WeightScan.of(stored).weights())
                .allSatisfy(weight -> assertThat(weight.uses())
                        .allSatisfy(use -> assertThat(use.inBody()).isTrue()));
    }

    private static ModelText images() {
        return new ModelText().input("x", 1, 8, 9, 9).output("y");
    }

    private static List<String> names(OnnxModel model) {
        return WeightScan.of(model).weights().stream().map(ScannedTensor::name).toList();
    }

    /** The model with stored weights, which computes what the source computes. */
    private static OnnxModel sameOutputs(ModelText text) {
        OnnxModel source = text.build();
        OnnxModel stored = StoredWeights.of(source).model();
        float[] expected = OnnxRuntime.run(source.proto(), 8);
        assertThat(OnnxRuntime.run(stored.proto(), 8))
                .usingComparatorWithPrecision(1e-4f)
                .containsExactly(expected);
        assertThat(expected[0]).isNotCloseTo(0f, within(1e-9f));
        assertThat(stored.proto().getSerializedSize())
                .isLessThanOrEqualTo(source.proto().getSerializedSize() + 100);
        return stored;
    }
}
