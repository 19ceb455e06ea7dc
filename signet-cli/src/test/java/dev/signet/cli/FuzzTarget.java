package dev.signet.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.compute.Workers;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.engine.EngineOptions;
import dev.signet.engine.Network;
import dev.signet.engine.tensor.Shape;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.rewrite.PackedConversion;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.array.NpyArray;
import dev.signet.quantize.array.NpzFile;
import dev.signet.quantize.image.CifarFile;
import dev.signet.quantize.image.Picture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What reads files of strangers. Whatever the bytes are, a target comes back or says by {@link InputException} why not. */
enum FuzzTarget {
    /** The reader with its checks, the scanner, the rewriter of packed weights, the engine's loader, and one run on zeros. */
    MODEL {
        @Override
        void read(Path file) {
            OnnxModel model = ModelFile.read(file);
            readable(() -> rewrite(model));
            run(model);
        }
    },
    /** {@code .npy}, or {@code .npz} if it begins like an archive. */
    ARRAYS {
        @Override
        void read(Path file) throws IOException {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length > 1 && bytes[0] == 'P' && bytes[1] == 'K') {
                NpzFile.read(file);
            } else {
                NpyArray.read(new ByteArrayInputStream(bytes), "fuzzed.npy");
            }
        }
    },
    CIFAR {
        @Override
        void read(Path file) {
            CifarFile images = CifarFile.read(file, 0);
            images.className(images.label(images.size() - 1));
            images.image(0);
        }
    },
    PICTURE {
        @Override
        void read(Path file) {
            Picture.read(file);
        }
    },
    /** What an experiment that goes on reads of the one before; a file of another kind counts as none. */
    RESUME {
        @Override
        void read(Path file) {
            try {
                ExperimentJson before = new ObjectMapper().readValue(file.toFile(), ExperimentJson.class);
                if (before != null) {
                    before.earlierCells();
                    before.earlierOriginal();
                }
            } catch (IOException e) {
                // As JsonTarget does.
                return;
            }
        }
    };

    private static final int OPEN_SIDE = 8;
    private static final int MAX_WEIGHTS = 4096;
    private static final Quantizer QUANTIZER = Quantizer.greedy(1);

    private static void rewrite(OnnxModel model) {
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        for (WeightTensor weight : WeightScan.of(model).weights()) {
            if ((long) weight.view().filters() * weight.view().inputs() <= MAX_WEIGHTS) {
                weights.put(weight, QUANTIZER.quantize(weight.matrix()));
            }
        }
        new ModelRewriter(model).rewrite(weights, Format.FLOAT);
        new ModelRewriter(model).rewrite(weights, Format.PACKED);
        var conversion = new PackedConversion(model);
        for (Format format : List.of(Format.FLOAT, Format.INLINE, Format.PACKED)) {
            conversion.to(format);
        }
    }

    private static void run(OnnxModel model) {
        Network network = Network.of(model, EngineOptions.DEFAULT);
        Shape[] shapes = new Shape[network.inputs().size()];
        for (int i = 0; i < shapes.length; i++) {
            int[] dims = Arrays.stream(network.inputDims(i))
                    .map(dim -> dim < 0 ? OPEN_SIDE : dim)
                    .toArray();
            shapes[i] = new Shape(dims);
        }
        network.session(Workers.CALLER, shapes).run();
    }

    /** Reads a file of this target's kind. */
    abstract void read(Path file) throws IOException;

    /**
     * Feeds bytes to the target by way of {@code file}, which is overwritten.
     *
     * @throws IOException if a target that reads streams can not; nothing else may come out
     */
    void feed(byte[] bytes, Path file) throws IOException {
        Files.write(file, bytes);
        try {
            read(file);
        } catch (InputException e) {
            checkMessage(e);
        }
    }

    /** Does a part of a target after which others can still be tried. */
    private static void readable(Runnable part) {
        try {
            part.run();
        } catch (InputException e) {
            checkMessage(e);
        }
    }

    private static void checkMessage(InputException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("null") || message.lines().count() != 1) {
            throw new IllegalStateException("no good message: " + message, e);
        }
    }
}
