package dev.signet.lab.metric;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether two models that were measured on the same samples differ by more than chance. Of samples that are right or wrong McNemar's exact
 * test (Q. McNemar, "Note on the sampling error of the difference between correlated proportions", 1947): only those count that one
 * model gets right and the other one wrong. Of others Student's test of the mean of the differences.
 *
 * @param difference mean of the first model's samples less the second's, in the metric's unit
 * @param probability of a difference as large as this one or larger where there is none, two-sided
 */
public record PairedTest(double difference, double probability) {
    /** What is more probable than that without any difference is not called one. */
    public static final double SIGNIFICANT = 0.05;

    /** More discordant pairs than that are as good as normally distributed. */
    private static final int EXACT = 2000;

    /** Compares two models' samples; empty where they are not the same samples, or too few. */
    public static Optional<PairedTest> of(double[] a, double[] b) {
        int n = a.length;
        if (n != b.length || n < 2) {
            return Optional.empty();
        }
        double[] differences = new double[n];
        Arrays.setAll(differences, i -> a[i] - b[i]);
        double mean = Arrays.stream(differences).average().orElseThrow();
        if (Measured.isCounted(a) && Measured.isCounted(b)) {
            int better = Math.toIntExact(
                    Arrays.stream(differences).filter(d -> d > 0).count());
            int worse = Math.toIntExact(
                    Arrays.stream(differences).filter(d -> d < 0).count());
            return Optional.of(new PairedTest(mean, mcNemar(better, worse)));
        }
        double squares =
                Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum();
        double error = Math.sqrt(squares / (n - 1) / n);
        if (!(error > 0)) {
            return Optional.of(new PairedTest(mean, mean == 0 ? 1 : 0));
        }
        return Optional.of(new PairedTest(mean, student(mean / error, n - 1)));
    }

    /** Whether chance alone would hardly give this. */
    public boolean isSignificant() {
        return probability < SIGNIFICANT;
    }

    /** Twice the chance that of so many fair coins so few or fewer fall on the rarer side. */
    static double mcNemar(int better, int worse) {
        int n = better + worse;
        int fewer = Math.min(better, worse);
        if (n > EXACT) {
            double z = (Math.abs(better - worse) - 1) / Math.sqrt(n);
            return Math.min(1, student(Math.max(0, z), Integer.MAX_VALUE));
        }
        double sum = 0;
        double logTerm = -n * Math.log(2);
        for (int k = 0; k <= fewer; k++) {
            sum += Math.exp(logTerm);
            logTerm += Math.log((double) (n - k) / (k + 1));
        }
        return Math.min(1, 2 * sum);
    }

    /**
     * The chance that Student's t is as far from 0 or farther: the finite sums for whole degrees of freedom (Abramowitz and Stegun,
     * "Handbook of Mathematical Functions", 26.7.3 and 26.7.4); above 10,000 degrees that of 10,000.
     */
    static double student(double t, int degrees) {
        int nu = Math.min(degrees, 10_000);
        double theta = Math.atan(Math.abs(t) / Math.sqrt(nu));
        double cosine = Math.cos(theta);
        double square = cosine * cosine;
        boolean odd = nu % 2 == 1;
        double term = odd ? cosine : 1;
        double sum = odd && nu == 1 ? 0 : term;
        for (int k = odd ? 3 : 2; k <= nu - 2; k += 2) {
            term *= square * (k - 1) / k;
            sum += term;
        }
        double inside = odd ? 2 / Math.PI * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
        return Math.clamp(1 - inside, 0, 1);
    }

    /** For people: "-0.12, p 0.03". */
    public String text(Metric metric) {
        return metric.signed(difference) + String.format(Locale.ROOT, ", p %.2g", probability);
    }
}
