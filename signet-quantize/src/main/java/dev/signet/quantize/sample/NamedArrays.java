package dev.signet.quantize.sample;

import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import dev.signet.quantize.array.NpyArray;
import dev.signet.quantize.input.NetworkInput;
import dev.signet.quantize.runtime.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The user's {@code .npy} files for single inputs of a network, each [samples, ...]. */
final class NamedArrays {
    /** More than any input is: sums of squares stay finite in fp32. */
    private static final double MOST = 1e12;

    private final Map<String, NpyArray> arrays;

    private NamedArrays(Map<String, NpyArray> arrays) {
        this.arrays = arrays;
    }

    /**
     * Reads files.
     *
     * @throws InputException if one can not be read, or does not fit its input
     */
    static NamedArrays read(Map<String, Path> files, List<TensorSpec> inputs) {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        files.forEach((name, file) -> {
            TensorSpec input = inputs.stream()
                    .filter(spec -> spec.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> InputException.of(
                            "--calibrate " + name,
                            "the network has no such input",
                            "it has "
                                    + String.join(
                                            ", ",
                                            inputs.stream()
                                                    .map(TensorSpec::name)
                                                    .toList())));
            arrays.put(name, read(file, input));
        });
        return new NamedArrays(arrays);
    }

    private static NpyArray read(Path file, TensorSpec input) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw InputException.of(file.toString(), "is not a regular file", "give a .npy file");
        }
        try (InputStream stream = Files.newInputStream(file)) {
            return NpyArray.read(stream, file.toString(), shape -> checkShape(file, shape, input))
                    .within(-MOST, MOST, file.toString());
        } catch (IOException e) {
            throw InputException.of(
                    file.toString(), "can not be read (" + Messages.reason(e) + ")", "check the path", e);
        }
    }

    private static void checkShape(Path file, int[] given, TensorSpec input) {
        long[] shape = input.shape();
        boolean fits = given.length == shape.length
                && given.length > 0
                && Arrays.stream(given).allMatch(d -> d > 0);
        for (int i = 1; fits && i < shape.length; i++) {
            fits = shape[i] <= 0 || shape[i] == given[i];
        }
        if (!fits) {
            throw InputException.of(
                    file.toString(),
                    "has shape %s where input '%s' takes %s"
                            .formatted(Arrays.toString(given), input.name(), Arrays.toString(shape)),
                    "save inputs as the network takes them, [samples, ...]");
        }
    }

    boolean isEmpty() {
        return arrays.isEmpty();
    }

    /** Samples of the shortest array; 0 for none. */
    int samples() {
        return arrays.values().stream()
                .mapToInt(array -> array.shape()[0])
                .min()
                .orElse(0);
    }

    /** The inputs with the shapes of their arrays. */
    List<NetworkInput> shaped(List<NetworkInput> inputs) {
        return inputs.stream().map(this::shaped).toList();
    }

    private NetworkInput shaped(NetworkInput input) {
        NpyArray array = arrays.get(input.spec().name());
        if (array == null) {
            return input;
        }
        long[] shape = Arrays.stream(array.shape()).asLongStream().toArray();
        long batch = input.spec().shape()[0];
        shape[0] = batch > 0 ? batch : -1;
        return new NetworkInput(input.spec(), shape, new NetworkInput.Features(false));
    }

    /** The values of an input for a sample, counted round and round from {@code start} on; empty where the user gave none. */
    Optional<float[]> of(NetworkInput input, int sample, long start) {
        NpyArray array = arrays.get(input.spec().name());
        if (array == null) {
            return Optional.empty();
        }
        int there = array.shape()[0];
        int length = array.values().length / there;
        float[] values = new float[input.length()];
        int batch = Math.max(1, values.length / length);
        for (int i = 0; i < batch; i++) {
            int from = (int) Math.floorMod(start + (long) sample * batch + i, (long) there);
            System.arraycopy(array.values(), from * length, values, i * length, length);
        }
        return Optional.of(values);
    }
}
