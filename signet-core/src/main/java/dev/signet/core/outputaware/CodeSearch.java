package dev.signet.core.outputaware;

import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.compute.ParallelLoop;
import dev.signet.core.heatmap.SymmetricSolver;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The output-aware iteration on one block of filters, or on several blocks whose filters all share one set of coefficients:
 * coordinate descent on codes and exact coefficients in turn, the best state of each filter being kept.
 */
final class CodeSearch {
    private static final int ROUNDS = 12;
    private static final int ROUNDED_ROUNDS = 4;
    private static final int SWEEPS = 12;

    /** Relative to the loss: a round that gains less is the last one. */
    private static final double TOLERANCE = 1e-3;

    private final List<FilterBlock> blocks;
    private final boolean shared;
    private final ParallelLoop loop;

    /**
     * Makes a search.
     *
     * @param shared whether the filters of all blocks share one set of coefficients
     * @param loop runs the blocks
     */
    CodeSearch(List<FilterBlock> blocks, boolean shared, ParallelLoop loop) {
        this.blocks = blocks;
        this.shared = shared;
        this.loop = loop;
    }

    /**
     * Improves codes and unrounded coefficients.
     *
     * @param start a state for each block
     * @param factors for each block what an error-feedback assignment needs, or {@code null} to keep the codes of the start
     */
    List<CodeState> improved(List<CodeState> start, @Nullable List<TriangularFactor> factors) {
        set(start);
        List<CodeState> best = states();
        if (factors != null) {
            loop.run(blocks.size(), b -> blocks.get(b).feedErrorsBack(factors.get(b)));
        }
        refit();
        takeBetter(best, states());
        for (int round = 0; round < ROUNDS; round++) {
            double before = total(best);
            sweep();
            refit();
            takeBetter(best, states());
            if (!(total(best) < before * (1 - TOLERANCE))) {
                break;
            }
        }
        return best;
    }

    /** Rounds the coefficients, and improves codes and rounded coefficients. */
    List<CodeState> rounded(List<CodeState> start, CoefficientType type) {
        int bits = blocks.getFirst().bits();
        Unknowns unknowns = blocks.getFirst().unknowns();
        set(start.stream().map(state -> state.rounded(bits, unknowns, type)).toList());
        if (unknowns.areEven()) {
            blocks.forEach(block -> block.choose(Unknowns.step(unknowns)));
        }
        sweep();
        List<CodeState> best = states();
        for (int round = 0; round < ROUNDED_ROUNDS; round++) {
            double before = total(best);
            refit();
            set(states().stream()
                    .map(state -> state.rounded(bits, unknowns, type))
                    .toList());
            sweep();
            takeBetter(best, states());
            if (!(total(best) < before * (1 - TOLERANCE))) {
                break;
            }
        }
        return best;
    }

    /** Keeps the better of two solutions, for each filter where filters have their own coefficients. */
    void takeBetter(List<CodeState> best, List<CodeState> other) {
        if (!shared) {
            for (int b = 0; b < best.size(); b++) {
                best.get(b).takeBetter(other.get(b));
            }
        } else if (total(other) < total(best)) {
            for (int b = 0; b < best.size(); b++) {
                best.set(b, other.get(b));
            }
        }
    }

    private static double total(List<CodeState> states) {
        return states.stream().mapToDouble(CodeState::totalLoss).sum();
    }

    private void set(List<CodeState> states) {
        loop.run(blocks.size(), b -> blocks.get(b).set(states.get(b)));
    }

    private List<CodeState> states() {
        CodeState[] states = new CodeState[blocks.size()];
        loop.run(states.length, b -> states[b] = blocks.get(b).state());
        return new ArrayList<>(List.of(states));
    }

    private void sweep() {
        loop.run(blocks.size(), b -> {
            FilterBlock block = blocks.get(b);
            for (int sweep = 0; sweep < SWEEPS && block.sweep() > 0; sweep++) {}
        });
    }

    private void refit() {
        if (!shared) {
            loop.run(blocks.size(), b -> blocks.get(b).refit());
            return;
        }
        loop.run(blocks.size(), b -> blocks.get(b).multiplySigns(0));
        int unknowns = blocks.getFirst().unknowns().count();
        SymmetricSolver system = new SymmetricSolver(unknowns, FilterBlock.SINGULAR);
        double[] step = new double[unknowns];
        for (FilterBlock block : blocks) {
            for (int f = 0; f < block.filters(); f++) {
                block.addEquations(f, 0, system, step);
            }
        }
        system.solve(step);
        loop.run(blocks.size(), b -> {
            FilterBlock block = blocks.get(b);
            IntStream.range(0, block.filters()).forEach(f -> block.add(f, 0, step));
            block.spreadChanges(0);
        });
    }
}
