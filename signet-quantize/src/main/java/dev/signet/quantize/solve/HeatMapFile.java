package dev.signet.quantize.solve;

import dev.signet.onnx.InputException;
import dev.signet.onnx.OutputException;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.array.NpyArray;
import dev.signet.quantize.array.NpzFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Heat maps in an {@code .npz} file: for each tensor an array of its name, in its shape. */
public final class HeatMapFile {
    /** More than any heat map's spread: sums of products stay finite. */
    private static final double MOST = 1e18;

    private final Path file;

    /** Nothing is read yet: of what such a file holds only what a tensor needs ever is. */
    HeatMapFile(Path file) {
        this.file = file;
    }

    /**
     * The heat map of a tensor, in the order of its matrix.
     *
     * @throws InputException if the file has none, or one of another shape
     */
    float[] importance(WeightTensor tensor) {
        String where = file + ": array '" + tensor.name() + "'";
        NpyArray array = NpzFile.read(file, tensor.name(), shape -> {
                    if (!Arrays.equals(shape, tensor.shape())) {
                        throw InputException.of(
                                where,
                                "shape %s where the tensor has %s"
                                        .formatted(Arrays.toString(shape), Arrays.toString(tensor.shape())),
                                "save it in the tensor's shape");
                    }
                })
                .orElseThrow(() -> InputException.of(
                        file + ": tensor '" + tensor.name() + "'",
                        "the heat map file has no array of this name",
                        "save one for each tensor that is quantized, or --exclude the tensor"))
                .within(0, MOST, where);
        return tensor.view().matrix(array.values()).values();
    }

    /**
     * Writes heat maps.
     *
     * @param importances of each tensor, in the order of its matrix
     * @throws OutputException if the file can not be written
     */
    public static void write(Path file, Map<WeightTensor, float[]> importances) {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        importances.forEach((tensor, importance) ->
                arrays.put(tensor.name(), new NpyArray(tensor.shape(), tensor.toTensorOrder(importance))));
        try {
            NpzFile.write(file, arrays);
        } catch (IOException | IllegalArgumentException e) {
            // A zip file takes no name above 65,535 bytes.
            throw OutputException.of(
                    String.valueOf(file.getFileName()),
                    "can not be written: " + e.getMessage(),
                    "check the free space and the tensors' names",
                    e);
        }
    }
}
