package dev.signet.lab.builtin;

import dev.signet.core.Grouping;
import dev.signet.core.Method;
import dev.signet.lab.experiment.Scheme;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.pipeline.BitPolicy;
import dev.signet.lab.pipeline.Importance;
import dev.signet.lab.pipeline.QuantizeOptions;
import dev.signet.onnx.rewrite.Format;
import java.util.List;

/** The ways to quantize that the demo compares. */
public enum DemoWay {
    /** Alternating minimization, all weights alike, nothing corrected. */
    VANILLA("vanilla", Method.ALTERNATING, new Importance.Uniform(), false),
    /** The same, larger weights matter more. */
    WEIGHTED_L1("weighted, l1", Method.ALTERNATING, new Importance.L1(1), false),
    /** What {@code signet quantize} does if nothing is said. */
    USUAL("signet's default", Method.OUTPUT_AWARE, new Importance.Uniform(), true);

    private static final long SEED = 0;

    private final String text;
    private final Method method;
    private final Importance importance;
    private final boolean best;

    DemoWay(String text, Method method, Importance importance, boolean best) {
        this.text = text;
        this.method = method;
        this.importance = importance;
        this.best = best;
    }

    /** Its name in tables. */
    public String text() {
        return text;
    }

    /** Whether offsets and corrections are used. */
    public boolean corrected() {
        return best;
    }

    Setting setting(int bits) {
        return new Setting(bits, new Scheme.Own(method), importance, new Grouping.Filter(), SEED);
    }

    QuantizeOptions options(int samples, int threads) {
        return new QuantizeOptions(
                new BitPolicy.Uniform(2),
                method,
                null,
                new Grouping.Filter(),
                best,
                best,
                Format.PACKED,
                List.of(),
                new QuantizeOptions.Samples(null, samples, null),
                null,
                SEED,
                threads);
    }
}
