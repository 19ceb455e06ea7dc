package dev.signet.quantize;

import dev.signet.quantize.figure.OutputFigure;
import dev.signet.quantize.runtime.Verification;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run did.
 *
 * @param source the model that was read
 * @param target the file that was written
 * @param bytesBefore bytes of the source, external data included
 * @param bytesAfter bytes of what was written
 * @param statistics where the statistics of the layers' inputs came from, or {@code none}
 * @param outputSnr the worst of the outputs' figures in dB; null where there is none
 * @param outputs what quantization costs at each floating output, the worst first
 * @param tensors every weight tensor, in the order of the network
 * @param verification how the written file compares with its dequantized twin
 * @param notes what the user should know
 * @param seconds where the time went
 */
public record QuantizeReport(
        Path source,
        Path target,
        long bytesBefore,
        long bytesAfter,
        String statistics,
        @Nullable Double outputSnr,
        List<OutputFigure> outputs,
        List<TensorReport> tensors,
        Verification verification,
        List<String> notes,
        Map<String, Double> seconds) {}
