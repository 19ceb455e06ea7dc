package dev.signet.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.signet.lab.speed.Explanation;
import dev.signet.lab.speed.KernelSpeed;
import dev.signet.lab.speed.NetworkSpeed;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code bench --json}; documented in docs/json.md. One of the lists is empty. */
record BenchJson(List<Kernel> kernels, List<Network> networks, int threads) {
    /** Signet with weights decoded once where that pays. */
    record Fast(double ratio, double spread, double milliseconds) {
        static Fast of(KernelSpeed.Measured measured) {
            return new Fast(measured.ratio().median(), measured.ratio().spread(), measured.milliseconds());
        }
    }

    /** Signet with weights that stay packed. */
    record Packed(double packedRatio, double packedSpread, double packedMilliseconds) {
        static Packed of(KernelSpeed.Measured measured) {
            return new Packed(measured.ratio().median(), measured.ratio().spread(), measured.milliseconds());
        }
    }

    record Kernel(
            String kernel,
            String shape,
            int bits,
            @JsonUnwrapped Fast fast,

            @JsonUnwrapped @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Packed packed,

            double onnxruntimeMilliseconds,
            double change) {
        static Kernel of(KernelSpeed speed) {
            return new Kernel(
                    speed.kernel().kernel(),
                    speed.kernel().shape(),
                    speed.bits(),
                    Fast.of(speed.fast()),
                    speed.isFloat() ? null : Packed.of(speed.packed()),
                    speed.onnxruntimeMilliseconds(),
                    speed.change());
        }
    }

    record Network(
            String model,
            @JsonUnwrapped Fast fast,
            @JsonUnwrapped Packed packed,
            double onnxruntimeMilliseconds,
            double difference,
            long[] inputShape,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            LayerTable explanation) {
        static Network of(NetworkSpeed speed, Optional<Explanation> explanation) {
            return new Network(
                    speed.model().toString(),
                    Fast.of(speed.fast()),
                    Packed.of(speed.packed()),
                    speed.onnxruntimeMilliseconds(),
                    speed.difference(),
                    speed.inputShape(),
                    explanation.map(LayerTable::of).orElse(null));
        }

        void explain(PrintWriter out) {
            if (explanation != null) {
                explanation.print(out);
            }
        }
    }
}
