package dev.signet.quantize;

import dev.signet.onnx.scan.WeightTensor;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks for the fewest bits that reach a quality: noises of weights do not quite add up, so what comes out of a trial decides. */
final class QualitySearch {
    private static final int TRIALS = 5;
    private static final double MARGIN = 0.3;

    /** So many decibels more than asked for are bytes wasted. */
    private static final double TOO_GOOD = 1.2;

    /** What comes out may jump: no step is larger, nor ends at the very ends of what was tried. */
    private static final double STEP = 12;

    private static final double ENDS = 0.15;

    private final double wanted;
    private final QualityTarget target;
    private final long limit;
    private final Set<Map<WeightTensor, Integer>> tried = new HashSet<>();
    private Map<WeightTensor, Integer> bits;
    private Trial tooFew = new Trial(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY);
    private Trial enough = new Trial(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    private double best = Double.NEGATIVE_INFINITY;
    private long fewest = Long.MAX_VALUE;

    /** @param predicted decibels that noises of weights add up to */
    private record Trial(double predicted, double reached) {}

    /**
     * @param wanted decibels of the worst output
     * @param target for as many
     * @param limit bytes of the source: what is not smaller is no result
     */
    QualitySearch(double wanted, QualityTarget target, long limit) {
        this.wanted = wanted;
        this.target = target;
        this.limit = limit;
        bits = target.choose();
    }

    /** Whether another trial would bring nothing. */
    boolean isDone() {
        boolean close = best >= wanted && best < wanted + TOO_GOOD;
        return close || tried.contains(bits) || tried.size() >= TRIALS;
    }

    /** The bits of the next trial. */
    Map<WeightTensor, Integer> bits() {
        return bits;
    }

    /** See {@link QualityTarget#damage()}. */
    Map<WeightTensor, double[]> damage() {
        return target.damage();
    }

    /**
     * What came out of the trial.
     *
     * @param reached decibels
     * @return whether it is the best so far: the fewest bytes that are good enough, or else the most decibels
     */
    boolean tried(double reached, long bytes) {
        tried.add(bits);
        boolean smaller = bytes < limit || fewest >= limit;
        boolean better = smaller && (best < wanted ? reached > best : reached >= wanted && bytes < fewest);
        if (better) {
            best = reached;
            fewest = bytes;
        }
        Trial trial = new Trial(target.predicted(bits), reached);
        if (reached >= wanted) {
            enough = trial.predicted() < enough.predicted() ? trial : enough;
        } else {
            tooFew = trial.predicted() > tooFew.predicted() ? trial : tooFew;
        }
        target.aim(next(trial));
        bits = target.choose();
        return better;
    }

    /** Between what was too few and what was enough, or a step from the last trial. */
    private double next(Trial last) {
        double goal = wanted + MARGIN;
        boolean between = Double.isFinite(tooFew.predicted()) && enough.predicted() > tooFew.predicted();
        if (!between || Double.isInfinite(enough.reached())) {
            double from = Double.isFinite(last.predicted()) ? last.predicted() : goal + 2 * STEP;
            return from + Math.clamp(goal - last.reached(), -STEP, STEP);
        }
        double far = Math.min(enough.predicted(), tooFew.predicted() + 4 * STEP);
        double part = (goal - tooFew.reached()) / (enough.reached() - tooFew.reached());
        return tooFew.predicted() + Math.clamp(part, ENDS, 1 - ENDS) * (far - tooFew.predicted());
    }

    /** What to say where not even the best was good enough. */
    Optional<String> missed() {
        return best < wanted - MARGIN
                ? Optional.of(String.format(Locale.ROOT, "%.1f dB were asked for, %.1f dB are reached", wanted, best))
                : Optional.empty();
    }
}
