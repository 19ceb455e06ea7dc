package dev.signet.cli;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.array.NpyArray;
import dev.signet.quantize.array.NpzFile;
import dev.signet.testkit.TinyModels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** Small sound files of each kind that a fuzzer starts from. */
final class FuzzSeeds {
    private FuzzSeeds() {}

    /** The files of a target; {@code folder} is for those that are written. */
    static List<byte[]> of(FuzzTarget target, Path folder) throws IOException {
        return switch (target) {
            case MODEL -> models(folder);
            case ARRAYS -> List.of(npy(2, 3), npy(), npy(4, 1, 2), npz(folder));
            case CIFAR -> List.of(new byte[3073], new byte[2 * 3073]);
            case PICTURE -> List.of(picture("png"), picture("jpg"), picture("bmp"), picture("gif"), picture("tif"));
            case RESUME -> List.of("""
                {"original":{"top-1":0.5,"images":10},"cells":[{"bits":2,"importance":"l1","method":"greedy",\
                "group":"filter","seed":1,"bytes":100,"metrics":{"top-1":0.25,"images":10}}],\
                "options":{"task":"classification","exclude":[]}}\
                """.getBytes(StandardCharsets.UTF_8));
        };
    }

    private static List<byte[]> models(Path folder) throws IOException {
        List<byte[]> models = new ArrayList<>();
        for (ModelProto proto : List.of(TinyModels.classifier(4), TinyModels.enlarger(2), TinyModels.filters())) {
            models.add(proto.toByteArray());
            OnnxModel model = ModelFile.read(TinyModels.write(folder.resolve("seed.onnx"), proto));
            Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
            for (WeightTensor weight : WeightScan.of(model).weights()) {
                weights.put(weight, Quantizer.greedy(2).quantize(weight.matrix()));
            }
            for (Format format : List.of(Format.PACKED, Format.INLINE)) {
                models.add(new ModelRewriter(model)
                        .rewrite(weights, format)
                        .proto()
                        .toByteArray());
            }
        }
        return models;
    }

    private static NpyArray array(int... shape) {
        int size = 1;
        for (int side : shape) {
            size *= side;
        }
        return new NpyArray(shape, new float[size]);
    }

    private static byte[] npy(int... shape) throws IOException {
        var out = new ByteArrayOutputStream();
        array(shape).write(out);
        return out.toByteArray();
    }

    private static byte[] npz(Path folder) throws IOException {
        Path file = folder.resolve("seed.npz");
        NpzFile.write(file, Map.of("a", array(2, 3), "b", array(5)));
        return Files.readAllBytes(file);
    }

    private static byte[] picture(String format) throws IOException {
        var out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(7, 5, BufferedImage.TYPE_INT_RGB), format, out);
        return out.toByteArray();
    }
}
