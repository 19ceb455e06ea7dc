package dev.signet.lab.agreement;

import dev.signet.lab.metric.Measured;
import dev.signet.lab.metric.Metric;
import dev.signet.quantize.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** The comparisons of one output's values. */
final class Comparisons {
    private Comparisons() {}

    /** Figures with one value for each sample. */
    private abstract static class Sampled implements Comparison {
        private final List<Double> samples = new ArrayList<>();
        private final Metric metric;

        Sampled(Metric metric) {
            this.metric = metric;
        }

        void sample(double value) {
            samples.add(value);
        }

        double[] samples() {
            return samples.stream().mapToDouble(Double::doubleValue).toArray();
        }

        /** The figure; the mean of the samples where it is nothing else. */
        double figure() {
            return Arrays.stream(samples()).average().orElse(Double.NaN);
        }

        SequencedMap<Metric, Double> others() {
            return new LinkedHashMap<>();
        }

        @Override
        public Measured measured() {
            SequencedMap<Metric, Double> figures = new LinkedHashMap<>();
            figures.put(metric, figure());
            figures.putAll(others());
            return new Measured(figures, samples());
        }
    }

    /**
     * Whether the best class is the same; of a single probability, whether both are on the same side of the threshold.
     *
     * @param threshold of a single probability
     */
    static Comparison classes(String output, double threshold) {
        return new Sampled(Metric.AGREEMENT) {
            @Override
            public void add(Map<String, Tensor> expected, Map<String, Tensor> actual) {
                sample(best(Outputs.get(expected, output)) == best(Outputs.get(actual, output)) ? 100 : 0);
            }

            private int best(Tensor tensor) {
                float[] values = tensor.values();
                if (values.length == 1) {
                    return values[0] > threshold ? 1 : 0;
                }
                int best = 0;
                for (int i = 1; i < values.length; i++) {
                    best = values[i] > values[best] ? i : best;
                }
                return best;
            }
        };
    }

    /** Mean cosine over the places of a map of vectors. */
    static Comparison features(String output) {
        return new Sampled(Metric.COSINE) {
            @Override
            public void add(Map<String, Tensor> expected, Map<String, Tensor> actual) {
                Rows a = Recognized.vectors(Outputs.get(expected, output));
                Rows b = Recognized.vectors(Outputs.get(actual, output));
                double sum = 0;
                for (int row = 0; row < a.rows(); row++) {
                    sum += cosine(a, b, row);
                }
                sample(sum / a.rows());
            }
        };
    }

    private static double cosine(Rows a, Rows b, int row) {
        double aa = 0;
        double bb = 0;
        double ab = 0;
        for (int i = 0; i < a.columns(); i++) {
            aa += a.at(row, i) * a.at(row, i);
            bb += b.at(row, i) * b.at(row, i);
            ab += a.at(row, i) * b.at(row, i);
        }
        return ab / Math.max(Math.sqrt(aa * bb), 1e-12);
    }

    /**
     * PSNR of pictures.
     *
     * @param peak largest value of a picture
     */
    static Comparison pictures(String output, double peak) {
        return new Sampled(Metric.PSNR) {
            @Override
            public void add(Map<String, Tensor> expected, Map<String, Tensor> actual) {
                double noise = noise(Outputs.get(expected, output), Outputs.get(actual, output));
                double mean = noise / Math.max(1, Outputs.get(expected, output).values().length);
                sample(10 * Math.log10(peak * peak / Math.max(mean, 1e-20)));
            }
        };
    }

    private static double noise(Tensor a, Tensor b) {
        double noise = 0;
        for (int i = 0; i < a.values().length; i++) {
            double difference = (double) b.values()[i] - a.values()[i];
            noise += difference * difference;
        }
        return noise;
    }

    /** Mean absolute difference. */
    static Comparison values(String output) {
        return new Sampled(Metric.DIFFERENCE) {
            @Override
            public void add(Map<String, Tensor> expected, Map<String, Tensor> actual) {
                float[] a = Outputs.get(expected, output).values();
                float[] b = Outputs.get(actual, output).values();
                double sum = 0;
                for (int i = 0; i < a.length; i++) {
                    sum += Math.abs((double) b[i] - a[i]);
                }
                sample(sum / Math.max(1, a.length));
            }
        };
    }

    /** Energy over that of the difference, all samples together: sounds are as long as they are, and quiet ones count little. */
    static Comparison sound(String output) {
        return new Comparison() {
            private double signal;
            private double noise;

            @Override
            public void add(Map<String, Tensor> expected, Map<String, Tensor> actual) {
                for (float value : Outputs.get(expected, output).values()) {
                    signal += (double) value * value;
                }
                noise += Comparisons.noise(Outputs.get(expected, output), Outputs.get(actual, output));
            }

            @Override
            public Measured measured() {
                SequencedMap<Metric, Double> figures = new LinkedHashMap<>();
                figures.put(Metric.SNR, 10 * Math.log10(signal / Math.max(noise, 1e-30)));
                return new Measured(figures, new double[0]);
            }
        };
    }

    /**
     * How many of the original's boxes are found again, of all samples together; the samples are those boxes. The other network's
     * may be a little less sure, or the figure would mostly count boxes whose score is about the threshold.
     */
    static Comparison boxes(BoxReader reader, double threshold) {
        double overlap = reader.hasClasses() ? 0.45 : 0.3;
        return new Sampled(Metric.BOXES) {
            private static final double LESS_SURE = 0.1;
            private int wanted;
            private int others;

            @Override
            public void add(Map<String, Tensor> expected, Map<String, Tensor> actual) {
                List<Box> original = Box.surest(reader.read(expected), threshold, overlap);
                List<Box> other = Box.surest(reader.read(actual), threshold - LESS_SURE, overlap);
                wanted += original.size();
                others += other.size();
                for (boolean found : Box.found(original, other)) {
                    sample(found ? 100 : 0);
                    others -= found ? 1 : 0;
                }
            }

            @Override
            SequencedMap<Metric, Double> others() {
                SequencedMap<Metric, Double> figures = new LinkedHashMap<>();
                figures.put(Metric.OTHER_BOXES, 100.0 * others / Math.max(1, wanted));
                return figures;
            }
        };
    }

    /**
     * Intersection over union, all samples together: of what {@code mask} tells apart, the mean of those classes that there are;
     * of two classes that of the second alone. The samples are single pictures' figures.
     */
    static Comparison masks(String output, MaskReader mask) {
        return new Sampled(Metric.IOU) {
            private final long[] common = new long[mask.classes()];
            private final long[] union = new long[mask.classes()];

            @Override
            public void add(Map<String, Tensor> expected, Map<String, Tensor> actual) {
                int[] a = mask.read(Outputs.get(expected, output));
                int[] b = mask.read(Outputs.get(actual, output));
                long[] both = new long[common.length];
                long[] any = new long[common.length];
                for (int i = 0; i < a.length; i++) {
                    any[a[i]]++;
                    if (a[i] == b[i]) {
                        both[a[i]]++;
                    } else {
                        any[b[i]]++;
                    }
                }
                sample(mean(both, any, 1));
                for (int c = 0; c < common.length; c++) {
                    common[c] += both[c];
                    union[c] += any[c];
                }
            }

            @Override
            double figure() {
                return mean(common, union, Double.NaN);
            }

            private static double mean(long[] common, long[] union, double none) {
                double sum = 0;
                int there = 0;
                for (int c = common.length == 2 ? 1 : 0; c < common.length; c++) {
                    if (union[c] > 0) {
                        sum += (double) common[c] / union[c];
                        there++;
                    }
                }
                return there == 0 ? none : sum / there;
            }
        };
    }

    /**
     * Texts that are read off probabilities as CTC does it: the best character of each place, repeated ones once, the blank left
     * out. The figure is 1 less the edits per character of the original's texts.
     */
    static Comparison texts(String output, int blank) {
        return new Sampled(Metric.CHARACTERS) {
            private int wanted;
            private int wrong;
            private int equal;

            @Override
            public void add(Map<String, Tensor> expected, Map<String, Tensor> actual) {
                int[] a = text(Outputs.get(expected, output));
                int[] b = text(Outputs.get(actual, output));
                int edits = edits(a, b);
                wanted += a.length;
                wrong += edits;
                equal += edits == 0 ? 1 : 0;
                sample(100 * (1 - (double) edits / Math.max(1, a.length)));
            }

            private int[] text(Tensor tensor) {
                Rows rows = Recognized.steps(tensor);
                List<Integer> characters = new ArrayList<>();
                int before = blank;
                for (int row = 0; row < rows.rows(); row++) {
                    int best = rows.best(row, 0);
                    if (best != blank && best != before) {
                        characters.add(best);
                    }
                    before = best;
                }
                return characters.stream().mapToInt(Integer::intValue).toArray();
            }

            @Override
            double figure() {
                return 100 * (1 - (double) wrong / Math.max(1, wanted));
            }

            @Override
            SequencedMap<Metric, Double> others() {
                SequencedMap<Metric, Double> figures = new LinkedHashMap<>();
                figures.put(Metric.LINES, 100.0 * equal / Math.max(1, samples().length));
                return figures;
            }
        };
    }

    /** Insertions, deletions and replacements that make one text of the other. */
    static int edits(int[] a, int[] b) {
        int[] row = new int[b.length + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 0; i < a.length; i++) {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < b.length; j++) {
                int least = Math.min(Math.min(row[j + 1], row[j]) + 1, diagonal + (a[i] == b[j] ? 0 : 1));
                diagonal = row[j + 1];
                row[j + 1] = least;
            }
        }
        return row[b.length];
    }
}
