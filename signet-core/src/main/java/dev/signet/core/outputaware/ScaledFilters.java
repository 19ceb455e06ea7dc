package dev.signet.core.outputaware;

import dev.signet.core.CoefficientRounding;
import dev.signet.core.Grouping;
import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.SharedLevels;
import dev.signet.core.Solution;
import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.ParallelLoop;
import dev.signet.core.heatmap.HeatMapSolver;
import dev.signet.core.heatmap.Planes;
import dev.signet.core.heatmap.SymmetricSolver;
import dev.signet.core.vector.SolverKernels;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The filters of one tensor while {@link SharedLevelsSolver} works on them: the steps of its iteration. */
final class ScaledFilters {
    private static final int BLOCK = 16;
    private static final int SWEEPS = 6;

    /** Factors that are tried for a filter, relative to the best so far; a filter's rms makes its first. */
    private static final double[] SIZES = {1, 0.75, 0.85, 0.93, 1.08, 1.18, 1.33};

    /** Weights that the first levels are found with. */
    private static final int STARTING_WEIGHTS = 8192;

    /** With more levels than 2^4 a line is as good a start, and takes no time. */
    private static final int BITS_BY_CLUSTERING = 4;

    private final WeightMatrix target;
    private final List<GramMatrix> grams;
    private final int bits;
    private final ParallelLoop loop;
    private final SolverKernels kernels;
    private final int filters;
    private final int inputs;
    private final TriangularFactor[] triangles;

    ScaledFilters(WeightMatrix target, List<GramMatrix> grams, int bits, ParallelLoop loop, SolverKernels kernels) {
        this.target = target;
        this.grams = grams;
        this.bits = bits;
        this.loop = loop;
        this.kernels = kernels;
        filters = target.filters();
        inputs = target.inputs();
        triangles = new TriangularFactor[grams.size()];
        loop.run(
                triangles.length,
                i -> triangles[i] = TriangularFactor.of(grams.get(i), kernels, ParallelLoop.sequential()));
    }

    /**
     * What was found so far.
     *
     * @param levels b coefficients, falling and never negative, and the offset
     * @param factors one for each filter, 0 for a filter of zeros
     * @param codes [filters x inputs]
     * @param losses one for each filter
     */
    record State(double[] levels, double[] factors, byte[] codes, double[] losses) {
        double loss() {
            return Arrays.stream(losses).sum();
        }
    }

    private GramMatrix gram(int f) {
        return grams.get(f / (filters / grams.size()));
    }

    /** Levels to begin with: those of the whole tensor with every filter brought to the same power. */
    double[] start(boolean offset) {
        int step = Math.max(1, Math.ceilDiv(filters * inputs, STARTING_WEIGHTS));
        int count = Math.ceilDiv(filters, step);
        float[] values = new float[count * inputs];
        float[] importance = new float[count * inputs];
        float largest = 0;
        for (int i = 0; i < count; i++) {
            double power = power(i * step);
            float[] diagonal = gram(i * step).diagonal();
            for (int j = 0; j < inputs; j++) {
                float w = target.values()[i * step * inputs + j];
                values[i * inputs + j] = power > 0 ? (float) (w / power) : 0;
                importance[i * inputs + j] = power > 0 ? diagonal[j] * (float) (power * power) : 0;
                largest = Math.max(largest, Math.abs(values[i * inputs + j]));
            }
        }
        double[] levels = new double[bits + 1];
        if (bits <= BITS_BY_CLUSTERING && largest > 0) {
            Solution solution = new HeatMapSolver(Method.ALTERNATING, bits, offset, kernels)
                    .solve(values, importance, 0, values.length);
            System.arraycopy(solution.coefficients(), 0, levels, 0, bits);
            levels[bits] = solution.offset();
            return levels;
        }
        double half = (largest > 0 ? Math.min(largest, 4) : 1) / ((1 << bits) - 1);
        for (int i = 0; i < bits; i++) {
            levels[i] = Math.scalb(half, bits - 1 - i);
        }
        return levels;
    }

    /** The root mean square of a filter's weights, each weighted with its input's power. */
    private double power(int f) {
        float[] diagonal = gram(f).diagonal();
        double squares = 0;
        double weights = 0;
        double plain = 0;
        for (int j = 0; j < inputs; j++) {
            double w = target.values()[f * inputs + j];
            squares += diagonal[j] * w * w;
            weights += diagonal[j];
            plain += w * w;
        }
        return Math.sqrt(squares > 0 ? squares / weights : plain / inputs);
    }

    /** The best codes and factors for given levels, each filter keeping what it had where that is better. */
    State assign(double[] levels, @Nullable State before) {
        State best = new State(levels, new double[filters], new byte[filters * inputs], new double[filters]);
        Arrays.fill(best.losses, Double.POSITIVE_INFINITY);
        double[] sizes = new double[filters];
        for (int f = 0; f < filters; f++) {
            sizes[f] = before == null || !(before.factors[f] > 0) ? power(f) : before.factors[f];
        }
        int perGram = filters / grams.size();
        int blocksOfGram = Math.ceilDiv(perGram, BLOCK);
        loop.run(grams.size() * blocksOfGram, block -> {
            int first = block / blocksOfGram * perGram + block % blocksOfGram * BLOCK;
            int count = Math.min(BLOCK, (block / blocksOfGram + 1) * perGram - first);
            assignBlock(first, count, sizes, best);
        });
        return best;
    }

    private void assignBlock(int first, int count, double[] sizes, State best) {
        double[] repeated = new double[count * (bits + 1)];
        for (int f = 0; f < count; f++) {
            System.arraycopy(best.levels, 0, repeated, f * (bits + 1), bits + 1);
        }
        for (double size : SIZES) {
            float[] scaled = new float[count * inputs];
            for (int f = 0; f < count; f++) {
                double inverse = sizes[first + f] > 0 ? 1 / (sizes[first + f] * size) : 0;
                for (int j = 0; j < inputs; j++) {
                    scaled[f * inputs + j] = (float) (target.values()[(first + f) * inputs + j] * inverse);
                }
            }
            var row = new Grouping.Filter().layout(1, inputs, 1);
            var block = new FilterBlock(kernels, gram(first), scaled, row, bits, Unknowns.free(bits, false));
            block.set(new CodeState(new byte[count * inputs], repeated, new double[count]));
            block.feedErrorsBack(triangles[first / (filters / grams.size())]);
            for (int sweep = 0; sweep < SWEEPS && block.sweep() > 0; sweep++) {}
            byte[] codes = block.state().codes();
            for (int f = 0; f < count; f++) {
                byte[] ofFilter = Arrays.copyOfRange(codes, f * inputs, (f + 1) * inputs);
                keepBetter(best, first + f, ofFilter, sizes[first + f] * size);
            }
        }
    }

    private void keepBetter(State best, int f, byte[] codes, double size) {
        double factor = size > 0 ? fittedFactor(best.levels, f, codes, size) : 0;
        double loss = loss(best.levels, f, codes, factor);
        if (loss < best.losses[f]) {
            best.losses[f] = loss;
            best.factors[f] = factor;
            System.arraycopy(codes, 0, best.codes, f * inputs, inputs);
        }
    }

    private static double level(double[] levels, int code) {
        int bits = levels.length - 1;
        double level = levels[bits];
        for (int i = 0; i < bits; i++) {
            level += (code >>> i & 1) != 0 ? levels[i] : -levels[i];
        }
        return level;
    }

    private double[] values(double[] levels, byte[] codes) {
        double[] values = new double[inputs];
        for (int j = 0; j < inputs; j++) {
            values[j] = level(levels, codes[j]);
        }
        return values;
    }

    /** H x. */
    private double[] product(int f, double[] x) {
        float[] h = gram(f).values();
        double[] y = new double[inputs];
        for (int j = 0; j < inputs; j++) {
            for (int k = 0; k < inputs; k++) {
                y[j] += h[j * inputs + k] * x[k];
            }
        }
        return y;
    }

    private double[] targetOf(int f) {
        double[] t = new double[inputs];
        for (int j = 0; j < inputs; j++) {
            t[j] = target.values()[f * inputs + j];
        }
        return t;
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
            sum += x[j] * y[j];
        }
        return sum;
    }

    /** The factor that fits codes best; {@code size} where that says nothing. */
    private double fittedFactor(double[] levels, int f, byte[] codes, double size) {
        double[] q = values(levels, codes);
        double[] product = product(f, q);
        double factor = dot(product, targetOf(f)) / dot(product, q);
        return factor > 0 && factor < Double.POSITIVE_INFINITY ? factor : size;
    }

    private double loss(double[] levels, int f, byte[] codes, double factor) {
        double[] error = values(levels, codes);
        for (int j = 0; j < inputs; j++) {
            error[j] = factor * error[j] - target.values()[f * inputs + j];
        }
        return Math.max(0, dot(error, product(f, error)));
    }

    /** The levels that fit codes and factors best. */
    double[] fittedLevels(State state, boolean offset) {
        int unknowns = bits + (offset ? 1 : 0);
        var system = new SymmetricSolver(unknowns, FilterBlock.SINGULAR);
        double[] levels = new double[unknowns];
        for (int f = 0; f < filters; f++) {
            double[][] signs = new double[unknowns][inputs];
            double[] product = product(f, targetOf(f));
            double factor = state.factors[f];
            for (int i = 0; i < unknowns; i++) {
                for (int j = 0; j < inputs; j++) {
                    boolean plus = i == bits || (state.codes[f * inputs + j] >>> i & 1) != 0;
                    signs[i][j] = plus ? factor : -factor;
                }
                double[] ofPlane = product(f, signs[i]);
                for (int k = 0; k <= i; k++) {
                    system.add(i, k, dot(ofPlane, signs[k]));
                }
                levels[i] += dot(product, signs[i]);
            }
        }
        system.solve(levels);
        double[] standard = Arrays.copyOf(levels, bits);
        Planes.standardize(standard);
        double[] fitted = Arrays.copyOf(standard, bits + 1);
        fitted[bits] = offset ? levels[bits] : 0;
        return fitted;
    }

    /** Rounded levels and factors, with codes that know of it. */
    State rounded(State state, CoefficientType type) {
        double[] coefficients = Arrays.copyOf(state.levels, bits);
        double[] levels = new double[bits + 1];
        levels[bits] = CoefficientRounding.round(coefficients, state.levels[bits], type);
        System.arraycopy(coefficients, 0, levels, 0, bits);
        State rounded = assign(levels, state);
        for (int f = 0; f < filters; f++) {
            byte[] codes = Arrays.copyOfRange(rounded.codes, f * inputs, (f + 1) * inputs);
            rounded.factors[f] = SharedLevels.round(rounded.factors[f], type);
            rounded.losses[f] = loss(levels, f, codes, rounded.factors[f]);
        }
        return rounded;
    }
}
