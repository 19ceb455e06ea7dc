package dev.signet.core.outputaware;

import dev.signet.core.CoefficientRounding;
import dev.signet.core.GroupLayout;
import dev.signet.core.Grouping;
import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.MultiBitWeightBuilder;
import dev.signet.core.Solution;
import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.ParallelLoop;
import dev.signet.core.heatmap.EvenSolver;
import dev.signet.core.heatmap.HeatMapSolver;
import dev.signet.core.vector.SolverKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One tensor on its way through the output-aware solver. */
final class OutputAwareRun {
    /** Filters that share a pass over H: their gradients stay in the second-level cache. */
    private static final int BLOCK = 16;

    /** Restarts cost O(filters * inputs^2) each: seconds in layers with more inputs than this. */
    private static final int MANY_STARTS_UP_TO = 1500;

    /** Sizes of the coefficients at restarts, relative to those of the best solution so far. */
    private static final double[] SIZES = {0.8, 0.9, 1.1, 1.25, 1, 0.8, 0.9, 1.1, 1.25, 1};

    private static final double[] FEW_SIZES = {0.9, 1.1};

    private static final double[] EVEN_SIZES = {0.9, 0.95, 1.05, 1.1};

    private final WeightMatrix target;
    private final List<GramMatrix> grams;
    private final Grouping grouping;
    private final int bits;
    private final boolean withOffset;
    private final Unknowns unknowns;
    private final ParallelLoop loop;
    private final SolverKernels kernels;
    private final GroupLayout row;
    private final boolean shared;

    OutputAwareRun(
            OutputAwareSolver solver,
            WeightMatrix target,
            List<GramMatrix> grams,
            ParallelLoop loop,
            SolverKernels kernels) {
        this.target = target;
        this.grams = grams;
        this.loop = loop;
        this.kernels = kernels;
        grouping = solver.grouping();
        bits = solver.bits();
        unknowns = solver.even() ? Unknowns.even(bits, solver.offset()) : Unknowns.free(bits, solver.offset());
        withOffset = solver.offset();
        shared = grouping instanceof Grouping.Layer;
        Grouping ofRow = shared ? new Grouping.Filter() : grouping;
        row = ofRow.layout(1, target.inputs(), target.kernelSize());
    }

    /** A run of filters that see the same inputs. */
    private record Block(int firstFilter, int filters, int gram) {}

    OutputAwareSolver.Result result() {
        List<Block> blocks = blocks();
        List<CodeState> starts = shared ? sharedStart(blocks) : new ArrayList<>(blocks.size());
        TriangularFactor[] factors = factors();
        CodeState[] unrounded = new CodeState[blocks.size()];
        CodeState[] rounded = new CodeState[blocks.size()];
        if (shared) {
            List<FilterBlock> all = blocks.stream().map(this::filterBlock).toList();
            CodeSearch search = new CodeSearch(all, true, loop);
            List<TriangularFactor> theirs =
                    blocks.stream().map(block -> factors[block.gram]).toList();
            search(search, starts, theirs).toArray(unrounded);
            CoefficientType type = type(unrounded);
            rounded(search, List.of(unrounded), starts, type).toArray(rounded);
            return result(blocks, rounded, type);
        }
        loop.run(blocks.size(), b -> {
            Block block = blocks.get(b);
            CodeSearch search = new CodeSearch(List.of(filterBlock(block)), false, ParallelLoop.sequential());
            unrounded[b] = search(search, List.of(start(block)), List.of(factors[block.gram]))
                    .getFirst();
        });
        CoefficientType type = type(unrounded);
        loop.run(blocks.size(), b -> {
            CodeSearch search = new CodeSearch(List.of(filterBlock(blocks.get(b))), false, ParallelLoop.sequential());
            List<CodeState> from = even() ? List.of(start(blocks.get(b))) : List.of();
            rounded[b] = rounded(search, List.of(unrounded[b]), from, type).getFirst();
        });
        return result(blocks, rounded, type);
    }

    /** The best of several starts, each later one being the best so far with larger or smaller coefficients. */
    private List<CodeState> search(CodeSearch search, List<CodeState> start, List<TriangularFactor> factors) {
        List<CodeState> best = search.improved(start, factors);
        boolean many = target.inputs() <= MANY_STARTS_UP_TO;
        if (many) {
            search.takeBetter(best, search.improved(start, null));
        }
        for (double size : many ? SIZES : FEW_SIZES) {
            List<CodeState> from =
                    best.stream().map(state -> state.scaled(bits, size)).toList();
            search.takeBetter(best, search.improved(from, factors));
        }
        return best;
    }

    /**
     * The best of several roundings: levels on a line move far when one of them is put on 0, how far depends on their distance.
     *
     * @param start where the search began: another place to round at
     */
    private List<CodeState> rounded(
            CodeSearch search, List<CodeState> unrounded, List<CodeState> start, CoefficientType type) {
        List<CodeState> best = search.rounded(unrounded, type);
        if (even()) {
            search.takeBetter(best, search.rounded(start, type));
            for (double size : EVEN_SIZES) {
                List<CodeState> from = unrounded.stream()
                        .map(state -> state.scaled(bits, size))
                        .toList();
                search.takeBetter(best, search.rounded(from, type));
            }
        }
        return best;
    }

    private boolean even() {
        return unknowns.areEven();
    }

    private List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        int perGram = target.filters() / grams.size();
        for (int gram = 0; gram < grams.size(); gram++) {
            for (int first = 0; first < perGram; first += BLOCK) {
                blocks.add(new Block(gram * perGram + first, Math.min(BLOCK, perGram - first), gram));
            }
        }
        return blocks;
    }

    private TriangularFactor[] factors() {
        TriangularFactor[] factors = new TriangularFactor[grams.size()];
        if (factors.length == 1) {
            factors[0] = TriangularFactor.of(grams.getFirst(), kernels, loop);
        } else {
            loop.run(
                    factors.length,
                    i -> factors[i] = TriangularFactor.of(grams.get(i), kernels, ParallelLoop.sequential()));
        }
        return factors;
    }

    private FilterBlock filterBlock(Block block) {
        return new FilterBlock(kernels, grams.get(block.gram), weights(block), row, bits, unknowns);
    }

    private float[] weights(Block block) {
        int from = block.firstFilter * target.inputs();
        return Arrays.copyOfRange(target.values(), from, from + block.filters * target.inputs());
    }

    /** The heat-map solution with u = diag(H). */
    private CodeState start(Block block) {
        float[] diagonal = grams.get(block.gram).diagonal();
        CodeState state = CodeState.empty(block.filters, target.inputs(), row.groups() * (bits + 1));
        for (int f = 0; f < block.filters; f++) {
            int from = (block.firstFilter + f) * target.inputs();
            float[] weights = Arrays.copyOfRange(target.values(), from, from + target.inputs());
            for (int g = 0; g < row.groups(); g++) {
                Solution solution = start(weights, diagonal, row.start(g), row.length(g));
                state.set(f * row.groups() + g, solution, f * target.inputs() + row.start(g));
            }
        }
        return state;
    }

    private Solution start(float[] weights, float[] importance, int from, int length) {
        return unknowns.areEven()
                ? new EvenSolver(bits, withOffset).solve(weights, importance, from, length)
                : new HeatMapSolver(Method.ALTERNATING, bits, withOffset, kernels)
                        .solve(weights, importance, from, length);
    }

    /** The heat-map solution of the whole layer, dealt to the blocks. */
    private List<CodeState> sharedStart(List<Block> blocks) {
        float[] importance = new float[target.size()];
        for (Block block : blocks) {
            float[] diagonal = grams.get(block.gram).diagonal();
            for (int f = block.firstFilter; f < block.firstFilter + block.filters; f++) {
                System.arraycopy(diagonal, 0, importance, f * target.inputs(), target.inputs());
            }
        }
        Solution solution = start(target.values(), importance, 0, target.size());
        List<CodeState> states = new ArrayList<>();
        for (Block block : blocks) {
            CodeState state = CodeState.empty(block.filters, target.inputs(), bits + 1);
            for (int f = 0; f < block.filters; f++) {
                int from = (block.firstFilter + f) * target.inputs();
                byte[] codes = Arrays.copyOfRange(solution.codes(), from, from + target.inputs());
                Solution ofFilter = new Solution(solution.coefficients(), solution.offset(), codes, 0);
                state.set(f, ofFilter, f * target.inputs());
            }
            states.add(state);
        }
        return states;
    }

    private CoefficientType type(CodeState[] states) {
        if (unknowns.areEven()) {
            return CoefficientType.FLOAT32;
        }
        double largest = 0;
        for (CodeState state : states) {
            for (double coefficient : state.coefficients()) {
                largest = Math.max(largest, Math.abs(coefficient));
            }
        }
        return CoefficientRounding.type(largest);
    }

    private OutputAwareSolver.Result result(List<Block> blocks, CodeState[] states, CoefficientType type) {
        GroupLayout layout = grouping.layout(target);
        MultiBitWeightBuilder builder = new MultiBitWeightBuilder(layout, bits, unknowns.haveOffset());
        double[] losses = new double[target.filters()];
        byte[] codes = new byte[target.size()];
        for (int b = 0; b < states.length; b++) {
            int first = blocks.get(b).firstFilter;
            System.arraycopy(states[b].losses(), 0, losses, first, states[b].losses().length);
            System.arraycopy(states[b].codes(), 0, codes, first * target.inputs(), states[b].codes().length);
        }
        for (int b = 0; b < states.length; b++) {
            int firstGroup = shared ? 0 : blocks.get(b).firstFilter * row.groups();
            int groups = shared ? (b == 0 ? 1 : 0) : blocks.get(b).filters * row.groups();
            for (int index = 0; index < groups; index++) {
                int g = firstGroup + index;
                byte[] ofGroup = Arrays.copyOfRange(codes, layout.start(g), layout.start(g) + layout.length(g));
                builder.set(g, states[b].solution(index, bits, ofGroup));
            }
        }
        return new OutputAwareSolver.Result(builder.build(type), losses);
    }
}
