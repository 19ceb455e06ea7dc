package dev.signet.core.outputaware;

import dev.signet.core.GroupLayout;
import dev.signet.core.heatmap.Levels;
import dev.signet.core.heatmap.Planes;
import dev.signet.core.heatmap.SymmetricSolver;
import dev.signet.core.vector.SolverKernels;
import dev.signet.core.vector.Tile;
import java.util.Arrays;

/**
 * A few filters that see the same inputs, while the output-aware solver works on them: values q, and the gradient
 * {@code g = H (q - t)} of half the loss {@code (q - t)^T H (q - t)}, which every step keeps up to date. Rows of H are shared by
 * the filters of the block, so that a large H streams from memory once for all of them.
 */
final class FilterBlock {
    /** Normal equations from fp32 products: a pivot this much smaller than its diagonal element is rounding noise. */
    static final double SINGULAR = 1e-6;

    /** Updating products row by row pays where at most one sign in so many has changed. */
    private static final int FEW = 8;

    private final SolverKernels kernels;
    private final GramMatrix gram;
    private final float[] target;
    private final int filters;
    private final int inputs;
    private final GroupLayout row;
    private final int bits;
    private Unknowns unknowns;
    private final float[] values;
    private final float[] gradient;
    private final byte[] ranks;
    private final Levels[] levels;
    private final float[] change;
    private final double[] coefficients;
    private final float[] signs;
    private final float[] signProducts;
    /** The codes that {@link #signs} shows, and for which groups it shows any. */
    private final byte[] writtenCodes;

    private final boolean[] signsWritten;
    private boolean gradientIsFresh;

    /**
     * Makes a block without codes.
     *
     * @param target the weights to come near to, [filters x inputs]
     * @param row how one filter is cut into groups
     */
    FilterBlock(SolverKernels kernels, GramMatrix gram, float[] target, GroupLayout row, int bits, Unknowns unknowns) {
        this.kernels = kernels;
        this.gram = gram;
        this.target = target;
        this.row = row;
        this.bits = bits;
        this.unknowns = unknowns;
        inputs = gram.size();
        filters = target.length / inputs;
        values = new float[target.length];
        gradient = new float[target.length];
        change = new float[target.length];
        ranks = new byte[target.length];
        levels = new Levels[filters * row.groups()];
        Arrays.setAll(levels, i -> new Levels(bits));
        coefficients = new double[levels.length * (bits + 1)];
        // One row for each plane of each filter, and one of ones for the offset.
        signs = new float[(filters * bits + 1) * inputs];
        signProducts = new float[signs.length];
        writtenCodes = new byte[target.length];
        signsWritten = new boolean[row.groups()];
        Arrays.fill(signs, filters * bits * inputs, signs.length, 1);
    }

    int bits() {
        return bits;
    }

    int filters() {
        return filters;
    }

    /** Starts from given codes and coefficients. */
    void set(CodeState state) {
        for (int index = 0; index < levels.length; index++) {
            int first = index * (bits + 1);
            setCoefficients(
                    index,
                    Arrays.copyOfRange(state.coefficients(), first, first + bits),
                    state.coefficients()[first + bits]);
            byte[] rankOf = levels[index].ranks();
            int start = start(index);
            for (int j = start; j < start + length(index); j++) {
                setRank(index, j, rankOf[state.codes()[j] & 0xff] & 0xff);
            }
        }
        gradientIsFresh = false;
        takeGradient();
    }

    /** The codes and coefficients reached, with the losses of an exact gradient. */
    CodeState state() {
        byte[] codes = new byte[ranks.length];
        for (int index = 0; index < levels.length; index++) {
            byte[] codeOf = levels[index].codes();
            int start = start(index);
            for (int j = start; j < start + length(index); j++) {
                codes[j] = codeOf[ranks[j] & 0xff];
            }
        }
        takeGradient();
        double[] losses = new double[filters];
        for (int f = 0; f < filters; f++) {
            double loss = 0;
            for (int j = f * inputs; j < (f + 1) * inputs; j++) {
                loss += ((double) values[j] - target[j]) * gradient[j];
            }
            losses[f] = Math.max(0, loss);
        }
        return new CodeState(codes, coefficients.clone(), losses);
    }

    /** Computes the gradient anew, unless no weight has moved since: many small updates leave rounding noise. */
    private void takeGradient() {
        if (!gradientIsFresh) {
            for (int j = 0; j < change.length; j++) {
                change[j] = values[j] - target[j];
            }
            multiply(change, filters, 0, inputs, gradient);
            gradientIsFresh = true;
        }
    }

    /**
     * One sweep of coordinate descent: moves each weight to the level that is best while all others stay,
     * {@code q_j - g_j / H_jj} rounded to the nearest.
     *
     * @return how many weights moved
     */
    int sweep() {
        int moved = 0;
        float[] h = gram.values();
        for (int g = 0; g < row.groups(); g++) {
            for (int j = row.start(g); j < row.start(g) + row.length(g); j++) {
                double diagonal = h[j * inputs + j];
                if (diagonal > 0) {
                    moved += sweepColumn(g, j, 1 / diagonal);
                }
            }
        }
        return moved;
    }

    private int sweepColumn(int g, int j, double inverse) {
        int moved = 0;
        for (int f = 0; f < filters; f++) {
            int at = f * inputs + j;
            Levels level = levels[f * row.groups() + g];
            float wanted = (float) (values[at] - gradient[at] * inverse);
            int rank = level.rank(wanted, ranks[at] & 0xff);
            if (rank != (ranks[at] & 0xff)) {
                float before = values[at];
                setRank(f * row.groups() + g, at, rank);
                kernels.addScaled(values[at] - before, gram.values(), j * inputs, gradient, f * inputs, inputs);
                moved++;
            }
        }
        gradientIsFresh &= moved == 0;
        return moved;
    }

    /**
     * Assigns all codes anew, from the last input to the first, each weight making up for the errors of those assigned before
     * (Frantar et al. 2023, arXiv 2210.17323, in the form of Chee et al. 2023, arXiv 2307.13304: with {@code H = L D L^T} the loss
     * is {@code sum_k D_k (e_k + sum over j > k of L_jk e_j)^2}, e = q - t).
     */
    void feedErrorsBack(TriangularFactor factor) {
        float[] correction = gradient;
        Arrays.fill(correction, 0);
        for (int g = row.groups() - 1; g >= 0; g--) {
            for (int j = row.start(g) + row.length(g) - 1; j >= row.start(g); j--) {
                for (int f = 0; f < filters; f++) {
                    int at = f * inputs + j;
                    int index = f * row.groups() + g;
                    setRank(index, at, levels[index].rank(target[at] - correction[at], ranks[at] & 0xff));
                    kernels.addScaled(values[at] - target[at], factor.values(), j * inputs, correction, f * inputs, j);
                }
            }
        }
        gradientIsFresh = false;
        takeGradient();
    }

    /** Fits coefficients and offsets exactly, {@code a = (B^T H B)^-1 B^T H t}, one group of each filter after the other. */
    void refit() {
        for (int g = 0; g < row.groups(); g++) {
            multiplySigns(g);
            for (int f = 0; f < filters; f++) {
                SymmetricSolver system = new SymmetricSolver(unknowns.count(), SINGULAR);
                double[] step = new double[unknowns.count()];
                addEquations(f, g, system, step);
                system.solve(step);
                add(f, g, step);
            }
            spreadChanges(g);
        }
    }

    /** From now on this is what can be chosen. */
    void choose(Unknowns other) {
        unknowns = other;
    }

    private double factor(int value, int index) {
        int first = index * (bits + 1);
        return unknowns.factor(value, coefficients[first + bits - 1], coefficients[first + bits]);
    }

    /** What of each group can be chosen. */
    Unknowns unknowns() {
        return unknowns;
    }

    /**
     * Writes the sign planes of group {@code g} of all filters as numbers, and brings their products with the group's part of H
     * up to date: by rows of H where few signs have changed, as late in the search, and all anew where many have.
     */
    void multiplySigns(int g) {
        int from = row.start(g);
        int to = from + row.length(g);
        long changed = 0;
        for (int j = from; j < to; j++) {
            for (int f = 0; f < filters; f++) {
                int flips = signCode(g, f, j) ^ writtenCodes[f * inputs + j];
                changed += Integer.bitCount(flips & 0xff);
            }
        }
        boolean few = signsWritten[g] && changed * FEW < (long) filters * bits * (to - from);
        for (int j = from; j < to; j++) {
            for (int f = 0; f < filters; f++) {
                writeSigns(g, f, j, few);
            }
        }
        if (!few) {
            multiply(signs, filters * bits + 1, from, to, signProducts);
            signsWritten[g] = true;
        }
    }

    private int signCode(int g, int f, int j) {
        return levels[f * row.groups() + g].codes()[ranks[f * inputs + j] & 0xff];
    }

    private void writeSigns(int g, int f, int j, boolean updateProducts) {
        int code = signCode(g, f, j);
        int flips = (updateProducts ? code ^ writtenCodes[f * inputs + j] : -1) & (1 << bits) - 1;
        for (; flips != 0; flips &= flips - 1) {
            int plane = Integer.numberOfTrailingZeros(flips);
            int start = (f * bits + plane) * inputs;
            float sign = (code >>> plane & 1) != 0 ? 1 : -1;
            signs[start + j] = sign;
            if (updateProducts) {
                int from = row.start(g);
                kernels.addScaled(
                        2 * sign, gram.values(), j * inputs + from, signProducts, start + from, row.length(g));
            }
        }
        writtenCodes[f * inputs + j] = (byte) code;
    }

    /**
     * Adds the normal equations for a change of the unknowns of group {@code g} of filter {@code f}, whose signs were multiplied,
     * to a system and its right-hand side.
     */
    void addEquations(int f, int g, SymmetricSolver system, double[] rightHandSide) {
        int from = row.start(g);
        int length = row.length(g);
        int index = f * row.groups() + g;
        for (int i = 0; i < unknowns.values(); i++) {
            int signsOfI = signRow(f, i) * inputs + from;
            int equation = unknowns.index(i);
            double factor = factor(i, index);
            for (int k = 0; k <= i; k++) {
                int column = unknowns.index(k);
                double product = kernels.dot(signs, signsOfI, signProducts, signRow(f, k) * inputs + from, length);
                // Two values of one unknown meet twice in the square of their sum.
                double twice = k < i && column == equation ? 2 : 1;
                system.add(equation, column, twice * factor * factor(k, index) * product);
            }
            rightHandSide[equation] -= factor * kernels.dot(signs, signsOfI, gradient, f * inputs + from, length);
        }
    }

    /** The row of {@link #signs} that belongs to a value: the ones to the offset, which comes first. */
    private int signRow(int f, int value) {
        if (unknowns.haveOffset() && value == 0) {
            return filters * bits;
        }
        return f * bits + value - (unknowns.haveOffset() ? 1 : 0);
    }

    /** Changes the unknowns of a group; {@link #spreadChanges} must follow before anything reads the gradient. */
    void add(int f, int g, double[] step) {
        int index = f * row.groups() + g;
        double[] next = Arrays.copyOfRange(coefficients, index * (bits + 1), index * (bits + 1) + bits);
        int first = unknowns.haveOffset() ? 1 : 0;
        double offset =
                coefficients[index * (bits + 1) + bits] + (first == 1 ? factor(0, index) * step[unknowns.index(0)] : 0);
        for (int i = 0; i < bits; i++) {
            next[i] += factor(first + i, index) * step[unknowns.index(first + i)];
        }
        byte[] standardized = new byte[1 << bits];
        for (int code = 0; code < standardized.length; code++) {
            standardized[code] = (byte) code;
        }
        Planes.standardize(next, standardized);
        byte[] codeOf = levels[index].codes().clone();
        setCoefficients(index, next, offset);
        byte[] rankOf = levels[index].ranks();
        int start = f * inputs + row.start(g);
        for (int j = start; j < start + row.length(g); j++) {
            float before = values[j];
            int code = standardized[codeOf[ranks[j] & 0xff] & 0xff] & 0xff;
            setRank(index, j, rankOf[code] & 0xff);
            change[j] = values[j] - before;
        }
    }

    /** Brings the gradient up to date after the coefficients of group {@code g} have changed. */
    void spreadChanges(int g) {
        gradientIsFresh = false;
        if (row.groups() == 1) {
            takeGradient();
            return;
        }
        for (int j = row.start(g); j < row.start(g) + row.length(g); j++) {
            for (int f = 0; f < filters; f++) {
                kernels.addScaled(change[f * inputs + j], gram.values(), j * inputs, gradient, f * inputs, inputs);
            }
        }
    }

    /** Sets {@code y[r][k]} to the sum over {@code from <= j < to} of {@code x[r][j] * H[j][k]}, for {@code from <= k < to}. */
    private void multiply(float[] x, int rows, int from, int to, float[] y) {
        for (int r = 0; r < rows; r++) {
            Arrays.fill(y, r * inputs + from, r * inputs + to, 0);
        }
        Tile matrix = new Tile(gram.values(), from * inputs + from, inputs);
        int size = to - from;
        kernels.multiplyAddDeep(new Tile(x, from, inputs), matrix, new Tile(y, from, inputs), rows, size, size);
    }

    private void setCoefficients(int index, double[] standard, double offset) {
        System.arraycopy(standard, 0, coefficients, index * (bits + 1), bits);
        coefficients[index * (bits + 1) + bits] = offset;
        levels[index].set(standard, offset);
    }

    private void setRank(int index, int at, int rank) {
        ranks[at] = (byte) rank;
        values[at] = (float) levels[index].values()[rank];
    }

    /** Where the weights of a filter's group start in the block. */
    private int start(int index) {
        return index / row.groups() * inputs + row.start(index % row.groups());
    }

    private int length(int index) {
        return row.length(index % row.groups());
    }
}
