package dev.signet.quantize.attention;

import java.util.SplittableRandom;

/**
 * Multi-head scaled dot-product attention (Vaswani et al. 2017, arXiv 1706.03762) over the kernel slices of a filter. For each
 * slice it gives the coefficients of the terms of {@link KernelTokens}, whose sum is the logarithm of a weight's importance:
 *
 * <pre>
 * c = concat over heads of softmax(Wq x . Wk x' / sqrt(width)) Wv x'     x: the slice's token, x': those of its filter
 * o = Wo c + Wr x + e                                                    e: the filter's own row, where it has one
 * u = exp(s tanh((o . terms) / s))                                       s = {@link #STRETCH}
 * </pre>
 *
 * <p>Of filters with many slices every n-th is a key, {@link #KEYS} at the most; all are queries. Untrained, Wo, Wr and e are 0
 * and every u is 1.
 */
final class AttentionModule {
    static final int HEADS = 2;
    static final int WIDTH = 8;
    private static final int KEYS = 48;

    /** No importance is further than a factor of e^3 from 1. */
    private static final double STRETCH = 3;

    private static final int INPUT = KernelTokens.FEATURES;
    private static final int OUTPUT = KernelTokens.TERMS;
    private static final int INNER = HEADS * WIDTH;

    // Where the matrices are in the parameters, all row-major: Wq, Wk, Wv [INNER x
    // INPUT], Wo [OUTPUT x INNER], Wr [OUTPUT x INPUT].
    private static final int QUERY = 0;
    private static final int KEY = INNER * INPUT;
    private static final int VALUE = 2 * INNER * INPUT;
    private static final int OUT = 3 * INNER * INPUT;
    private static final int DIRECT = OUT + OUTPUT * INNER;
    private static final int OWN = DIRECT + OUTPUT * INPUT;

    private final double[] parameters;

    /** @param rows filters that have a row of their own */
    AttentionModule(int rows, SplittableRandom random) {
        parameters = new double[OWN + rows * OUTPUT];
        double deviation = 1 / Math.sqrt(INPUT);
        for (int i = 0; i < OUT; i++) {
            parameters[i] = random.nextGaussian(0, deviation);
        }
    }

    private AttentionModule(double[] parameters) {
        this.parameters = parameters;
    }

    /** All parameters; changing them changes the module. */
    double[] parameters() {
        return parameters;
    }

    AttentionModule copy() {
        return new AttentionModule(parameters.clone());
    }

    /**
     * A filter's way through the module.
     *
     * @param importance u of each weight
     */
    record Pass(
            KernelTokens tokens,
            int row,
            int stride,
            double[] query,
            double[] key,
            double[] value,
            double[] attention,
            double[] context,
            double[] squashed,
            double[] importance) {}

    /**
     * Says how much each weight of a filter matters.
     *
     * @param row the filter's own row, or -1 for the mean of all rows
     */
    Pass forward(KernelTokens tokens, int row) {
        int n = tokens.count();
        int stride = Math.ceilDiv(n, KEYS);
        int keys = Math.ceilDiv(n, stride);
        double[] query = new double[n * INNER];
        double[] key = new double[keys * INNER];
        double[] value = new double[keys * INNER];
        double[] x = tokens.features();
        for (int t = 0; t < n; t++) {
            multiply(QUERY, INNER, INPUT, x, t * INPUT, query, t * INNER);
        }
        for (int t = 0; t < keys; t++) {
            multiply(KEY, INNER, INPUT, x, t * stride * INPUT, key, t * INNER);
            multiply(VALUE, INNER, INPUT, x, t * stride * INPUT, value, t * INNER);
        }
        double[] attention = new double[n * HEADS * keys];
        double[] context = new double[n * INNER];
        for (int t = 0; t < n; t++) {
            for (int h = 0; h < HEADS; h++) {
                attend(t, h, keys, query, key, value, attention, context);
            }
        }
        double[] own = own(row);
        double[] squashed = new double[tokens.weights()];
        double[] importance = new double[squashed.length];
        double[] coefficients = new double[OUTPUT];
        for (int t = 0; t < n; t++) {
            System.arraycopy(own, 0, coefficients, 0, OUTPUT);
            multiply(OUT, OUTPUT, INNER, context, t * INNER, coefficients, 0);
            multiply(DIRECT, OUTPUT, INPUT, x, t * INPUT, coefficients, 0);
            for (int j = t * tokens.taps(); j < (t + 1) * tokens.taps(); j++) {
                double logarithm = 0;
                for (int m = 0; m < OUTPUT; m++) {
                    logarithm += coefficients[m] * tokens.terms()[j * OUTPUT + m];
                }
                squashed[j] = Math.tanh(logarithm / STRETCH);
                importance[j] = Math.exp(STRETCH * squashed[j]);
            }
        }
        return new Pass(tokens, row, stride, query, key, value, attention, context, squashed, importance);
    }

    private static void attend(
            int token,
            int head,
            int keys,
            double[] query,
            double[] key,
            double[] value,
            double[] attention,
            double[] context) {
        int q = token * INNER + head * WIDTH;
        int a = (token * HEADS + head) * keys;
        double largest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < keys; k++) {
            double score = 0;
            for (int i = 0; i < WIDTH; i++) {
                score += query[q + i] * key[k * INNER + head * WIDTH + i];
            }
            attention[a + k] = score / Math.sqrt(WIDTH);
            largest = Math.max(largest, attention[a + k]);
        }
        double sum = 0;
        for (int k = 0; k < keys; k++) {
            attention[a + k] = Math.exp(attention[a + k] - largest);
            sum += attention[a + k];
        }
        for (int k = 0; k < keys; k++) {
            attention[a + k] /= sum;
            for (int i = 0; i < WIDTH; i++) {
                context[q + i] += attention[a + k] * value[k * INNER + head * WIDTH + i];
            }
        }
    }

    private double[] own(int row) {
        double[] own = new double[OUTPUT];
        int rows = (parameters.length - OWN) / OUTPUT;
        for (int r = row < 0 ? 0 : row; r < (row < 0 ? rows : row + 1); r++) {
            for (int m = 0; m < OUTPUT; m++) {
                own[m] += parameters[OWN + r * OUTPUT + m] / (row < 0 ? rows : 1);
            }
        }
        return own;
    }

    /**
     * Adds the gradient of a loss by the parameters.
     *
     * @param pass of a filter that has a row of its own, or of a module without rows
     * @param byImportance the loss's derivative by each u
     * @param gradient as long as the parameters
     */
    void backward(Pass pass, double[] byImportance, double[] gradient) {
        KernelTokens tokens = pass.tokens();
        int n = tokens.count();
        int keys = pass.key().length / INNER;
        double[] x = tokens.features();
        double[] byKey = new double[keys * INNER];
        double[] byValue = new double[keys * INNER];
        double[] byQuery = new double[INNER];
        double[] byContext = new double[INNER];
        double[] byAttention = new double[keys];
        double[] byOutput = new double[OUTPUT];
        for (int t = 0; t < n; t++) {
            java.util.Arrays.fill(byOutput, 0);
            for (int j = t * tokens.taps(); j < (t + 1) * tokens.taps(); j++) {
                double byLogarithm =
                        byImportance[j] * pass.importance()[j] * (1 - pass.squashed()[j] * pass.squashed()[j]);
                for (int m = 0; m < OUTPUT; m++) {
                    byOutput[m] += byLogarithm * tokens.terms()[j * OUTPUT + m];
                }
            }
            if (pass.row() >= 0) {
                for (int m = 0; m < OUTPUT; m++) {
                    gradient[OWN + pass.row() * OUTPUT + m] += byOutput[m];
                }
            }
            addOuter(byOutput, 0, OUTPUT, x, t * INPUT, INPUT, gradient, DIRECT);
            addOuter(byOutput, 0, OUTPUT, pass.context(), t * INNER, INNER, gradient, OUT);
            java.util.Arrays.fill(byContext, 0);
            multiplyTransposed(OUT, OUTPUT, INNER, byOutput, 0, byContext);
            java.util.Arrays.fill(byQuery, 0);
            for (int h = 0; h < HEADS; h++) {
                backward(pass, t, h, keys, byContext, byAttention, byQuery, byKey, byValue);
            }
            addOuter(byQuery, 0, INNER, x, t * INPUT, INPUT, gradient, QUERY);
        }
        for (int k = 0; k < keys; k++) {
            addOuter(byKey, k * INNER, INNER, x, k * pass.stride() * INPUT, INPUT, gradient, KEY);
            addOuter(byValue, k * INNER, INNER, x, k * pass.stride() * INPUT, INPUT, gradient, VALUE);
        }
    }

    /** One head of one query: from the context's gradient to those of query, keys and values. */
    private static void backward(
            Pass pass,
            int token,
            int head,
            int keys,
            double[] byContext,
            double[] byAttention,
            double[] byQuery,
            double[] byKey,
            double[] byValue) {
        int own = head * WIDTH;
        int a = (token * HEADS + head) * keys;
        double mean = 0;
        for (int k = 0; k < keys; k++) {
            double sum = 0;
            double weight = pass.attention()[a + k];
            for (int i = own; i < own + WIDTH; i++) {
                sum += byContext[i] * pass.value()[k * INNER + i];
                byValue[k * INNER + i] += weight * byContext[i];
            }
            byAttention[k] = sum;
            mean += weight * sum;
        }
        for (int k = 0; k < keys; k++) {
            double byScore = pass.attention()[a + k] * (byAttention[k] - mean) / Math.sqrt(WIDTH);
            for (int i = own; i < own + WIDTH; i++) {
                byQuery[i] += byScore * pass.key()[k * INNER + i];
                byKey[k * INNER + i] += byScore * pass.query()[token * INNER + i];
            }
        }
    }

    /** {@code y += W x}, W being the matrix at {@code at}. */
    private void multiply(int at, int rows, int columns, double[] x, int fromX, double[] y, int fromY) {
        for (int r = 0; r < rows; r++) {
            double sum = 0;
            for (int c = 0; c < columns; c++) {
                sum += parameters[at + r * columns + c] * x[fromX + c];
            }
            y[fromY + r] += sum;
        }
    }

    /** {@code y += W^T x}. */
    private void multiplyTransposed(int at, int rows, int columns, double[] x, int fromX, double[] y) {
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                y[c] += parameters[at + r * columns + c] * x[fromX + r];
            }
        }
    }

    private static void addOuter(
            double[] x, int fromX, int rows, double[] y, int fromY, int columns, double[] sum, int at) {
        for (int r = 0; r < rows; r++) {
            double factor = x[fromX + r];
            for (int c = 0; c < columns; c++) {
                sum[at + r * columns + c] += factor * y[fromY + c];
            }
        }
    }
}
