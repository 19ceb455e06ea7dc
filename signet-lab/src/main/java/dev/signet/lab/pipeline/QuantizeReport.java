package dev.signet.lab.pipeline;

import dev.signet.lab.runtime.Verification;
import java.nio.file.Path;
import java.util.List;

/**
 * What a run did.
 *
 * @param source the model that was read
 * @param target the file that was written
 * @param bytesBefore bytes of the source, external data included
 * @param bytesAfter bytes of what was written
 * @param statistics where the statistics of the layers' inputs came from, or {@code none}
 * @param tensors every weight tensor, in the order of the network
 * @param verification how the written file compares with its dequantized twin
 * @param notes what the user should know
 */
public record QuantizeReport(
        Path source,
        Path target,
        long bytesBefore,
        long bytesAfter,
        String statistics,
        List<TensorReport> tensors,
        Verification verification,
        List<String> notes) {}
