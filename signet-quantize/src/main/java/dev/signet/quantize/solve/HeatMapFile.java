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
    private final Path file;
    private final Map<String, NpyArray> arrays;

    private HeatMapFile(Path file, Map<String, NpyArray> arrays) {
        this.file = file;
        this.arrays = arrays;
    }

    /** @throws InputException if it can not be read */
    static HeatMapFile read(Path file) {
        return new HeatMapFile(file, NpzFile.read(file));
    }

    /**
     * The heat map of a tensor, in the order of its matrix.
     *
     * @throws InputException if the file has none, or one of another shape
     */
    float[] importance(WeightTensor tensor) {
        NpyArray array = arrays.get(tensor.name());
        if (array == null) {
            throw InputException.of(
                    file + ": tensor '" + tensor.name() + "'",
                    "the heat map file has no array of this name",
                    "save one for each tensor that is quantized, or --exclude the tensor");
        }
        if (!Arrays.equals(array.shape(), tensor.shape())) {
            throw InputException.of(
                    file + ": array '" + tensor.name() + "'",
                    "shape %s where the tensor has %s"
                            .formatted(Arrays.toString(array.shape()), Arrays.toString(tensor.shape())),
                    "save it in the tensor's shape");
        }
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
        } catch (IOException e) {
            throw OutputException.of(
                    String.valueOf(file.getFileName()),
                    "can not be written: " + e.getMessage(),
                    "check the free space",
                    e);
        }
    }
}
