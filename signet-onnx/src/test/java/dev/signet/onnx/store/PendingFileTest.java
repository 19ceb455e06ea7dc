package dev.signet.onnx.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.onnx.InputException;
import dev.signet.onnx.OutputException;
import dev.signet.onnx.TestModel;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.testkit.OnnxRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingFileTest {
    // Smaller than the models here, so that their values go to an external file.
    private static final long TINY = 100;

    @TempDir
    Path folder;

    private Path source;
    private Path target;

    @BeforeEach
    void writeTheSource() throws IOException {
        source = folder.resolve("source.onnx");
        target = folder.resolve("target.onnx");
        Files.write(source, product().proto().toByteArray());
    }

    @Test
    void namesTheFileOnlyWhenCommitted() throws IOException {
        OnnxModel model = ModelFile.read(source);
        try (PendingFile pending = PendingFile.create(target, false, model)) {
            pending.write(model);
            assertThat(target).doesNotExist();
            assertThat(ModelFile.read(pending.path()).proto()).isEqualTo(model.proto());
            assertThat(pending.bytes()).isEqualTo(model.bytes());
            pending.commit();
        }
        assertThat(ModelFile.read(target).proto()).isEqualTo(model.proto());
        assertThat(files()).containsExactlyInAnyOrder("source.onnx", "target.onnx");
    }

    @Test
    void leavesNothingWithoutACommit() throws IOException {
        OnnxModel model = ModelFile.read(source);
        try (PendingFile pending = PendingFile.create(target, false, model)) {
            pending.write(model, TINY);
        }
        assertThat(files()).containsExactly("source.onnx");
    }

    @Test
    void replacesATargetOnlyWithForce() throws IOException {
        Files.writeString(target, "precious");
        OnnxModel model = ModelFile.read(source);

        refuses(target, false, "exists already");
        try (PendingFile pending = PendingFile.create(target, true, model)) {
            pending.write(model);
            assertThat(target).hasContent("precious");
            pending.commit();
        }

        assertThat(ModelFile.read(target).proto()).isEqualTo(model.proto());
    }

    @Test
    void noticesATargetThatCameInBetween() throws IOException {
        OnnxModel model = ModelFile.read(source);
        try (PendingFile pending = PendingFile.create(target, false, model)) {
            pending.write(model);
            Files.writeString(target, "precious");
            assertThatExceptionOfType(OutputException.class).isThrownBy(pending::commit);
        }
        assertThat(target).hasContent("precious");
        assertThat(files()).containsExactlyInAnyOrder("source.onnx", "target.onnx");
    }

    @Test
    void neverReplacesTheInput() throws IOException {
        Path symbolic = Files.createSymbolicLink(folder.resolve("symbolic.onnx"), source);
        Path hard = Files.createLink(folder.resolve("hard.onnx"), source);
        for (Path path :
                List.of(source, symbolic, hard, folder.resolve("../" + folder.getFileName() + "/source.onnx"))) {
            refuses(path, true, "is the input");
        }
    }

    @Test
    void neverReplacesTheInputsExternalData() throws IOException {
        Path external = folder.resolve("target.onnx");
        try (PendingFile pending = PendingFile.create(folder.resolve("big.onnx"), false, ModelFile.read(source))) {
            pending.write(ModelFile.read(source), TINY);
            pending.commit();
        }
        OnnxModel big = ModelFile.read(folder.resolve("big.onnx"));
        Files.move(folder.resolve("big.onnx.data"), external);
        ModelProto.Builder moved = big.proto().toBuilder();
        moved.getGraphBuilder()
                .getInitializerBuilder(0)
                .getExternalDataBuilder(0)
                .setValue("target.onnx");
        OnnxModel model = big.with(moved.build());

        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> PendingFile.create(external, true, model))
                .withMessageContaining("is the input");
    }

    @Test
    void refusesFoldersAndDanglingLinks() throws IOException {
        refuses(folder, true, "is a directory");
        refuses(folder.resolve("missing/target.onnx"), false, "folder does not exist");
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling.onnx"), folder.resolve("nowhere"));
        refuses(dangling, false, "exists already");
    }

    @Test
    void putsLargeModelsIntoAnExternalFileAndBack() throws IOException {
        OnnxModel model = ModelFile.read(source);
        try (PendingFile pending = PendingFile.create(target, false, model)) {
            pending.write(model, TINY);
            float[] expected = OnnxRuntime.run(source, 1);
            assertThat(OnnxRuntime.run(pending.path(), 1))
                    .as("before the commit")
                    .isEqualTo(expected);
            pending.commit();
            assertThat(OnnxRuntime.run(target, 1)).as("after it").isEqualTo(expected);
        }
        assertThat(files()).containsExactlyInAnyOrder("source.onnx", "target.onnx", "target.onnx.data");
        OnnxModel external = ModelFile.read(target);
        assertThat(external.bytes()).isEqualTo(Files.size(target) + 20 * 30 * 4);
        assertThat(external.sha256()).isNotEqualTo(model.sha256());

        Path again = folder.resolve("again.onnx");
        try (PendingFile pending = PendingFile.create(again, false, external)) {
            pending.write(external);
            pending.commit();
        }
        assertThat(ModelFile.read(again).proto()).isEqualTo(model.proto());
    }

    @Test
    void copiesExternalDataToExternalData() throws IOException {
        OnnxModel model = ModelFile.read(source);
        try (PendingFile pending = PendingFile.create(target, false, model)) {
            pending.write(model, TINY);
            pending.commit();
        }
        OnnxModel external = ModelFile.read(target);
        Path copy = folder.resolve("copy.onnx");
        try (PendingFile pending = PendingFile.create(copy, false, external)) {
            pending.write(external, TINY);
            pending.commit();
        }

        assertThat(OnnxRuntime.run(copy, 1)).isEqualTo(OnnxRuntime.run(source, 1));
        assertThat(folder.resolve("copy.onnx.data")).hasSameBinaryContentAs(folder.resolve("target.onnx.data"));
    }

    @Test
    void quantizesWeightsInExternalData() throws IOException {
        OnnxModel whole = ModelFile.read(source);
        try (PendingFile pending = PendingFile.create(target, false, whole)) {
            pending.write(whole, TINY);
            pending.commit();
        }
        OnnxModel external = ModelFile.read(target);
        for (Format format : List.of(Format.PACKED, Format.INLINE, Format.FLOAT)) {
            Path one = folder.resolve("one.onnx");
            Path other = folder.resolve("other.onnx");
            quantize(whole, format, one);
            quantize(external, format, other);
            assertThat(one).hasSameBinaryContentAs(other);
        }
    }

    @Test
    void namesMissingExternalData() throws IOException {
        OnnxModel model = ModelFile.read(source);
        try (PendingFile pending = PendingFile.create(target, false, model)) {
            pending.write(model, TINY);
            pending.commit();
        }
        Files.delete(folder.resolve("target.onnx.data"));
        OnnxModel broken = ModelFile.read(target);

        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> WeightScan.of(broken))
                .withMessageContaining("target.onnx.data")
                .withMessageContaining("missing")
                .withMessageContaining("'w'");
    }

    @Test
    void pullsInTheValuesOfAttributes() throws IOException {
        Files.write(
                folder.resolve("w.bin"),
                product().proto().getGraph().getInitializer(0).getRawData().toByteArray());
        ModelProto.Builder proto = TestModel.opset(13)
                .input("x", 3, 20)
                .output("y")
                .constant("w", 20, 30)
                .node("MatMul", "x w", "y")
                .proto()
                .toBuilder();
        proto.getGraphBuilder()
                .getNodeBuilder(0)
                .getAttributeBuilder(0)
                .getTBuilder()
                .clearRawData()
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue("w.bin"));
        OnnxModel model = new OnnxModel(proto.build(), source, 0);

        try (PendingFile pending = PendingFile.create(target, false, model)) {
            pending.write(model);
            pending.commit();
        }

        assertThat(OnnxRuntime.run(target, 1)).isEqualTo(OnnxRuntime.run(source, 1));
    }

    private void refuses(Path path, boolean force, String problem) throws IOException {
        OnnxModel model = ModelFile.read(source);
        List<String> before = files();
        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> PendingFile.create(path, force, model))
                .withMessageContaining(problem);
        assertThat(files()).isEqualTo(before);
    }

    private static void quantize(OnnxModel model, Format format, Path path) {
        Map<WeightTensor, MultiBitWeight> weights = new HashMap<>();
        WeightScan.of(model)
                .weights()
                .forEach(weight -> weights.put(weight, Quantizer.greedy(2).quantize(weight.matrix())));
        OnnxModel quantized = new ModelRewriter(model).rewrite(weights, format);
        try (PendingFile pending = PendingFile.create(path, true, model)) {
            pending.write(quantized);
            pending.commit();
        }
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static TestModel product() {
        return TestModel.opset(13)
                .input("x", 3, 20)
                .output("y")
                .weights("w", 20, 30)
                .node("MatMul", "x w", "y");
    }
}
