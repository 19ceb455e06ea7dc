package dev.signet.quantize.allocate;

import dev.signet.core.MultiBitWeight;

/**
 * The noise that a weight brings to a network's outputs, relative to their variance, at any number of bits: a straight line in
 * logarithms through what was measured at two of them. A bit is 6 dB, unless a logarithm, a threshold or a state behind the
 * weight makes it something else.
 *
 * @param few at {@link #FEW} bits
 * @param many at {@link #MANY} bits
 */
public record NoiseCurve(double few, double many) {
    /** Small enough for a linear network, large enough to be no rounding. */
    public static final int FEW = 3;

    /** The most that there are. */
    public static final int MANY = MultiBitWeight.MAX_BITS;

    private static final double PER_BIT = 4;

    /** Of a weight that nothing was heard of, in a branch that was not taken: nothing is known against any bits, so it gets the most. */
    public static final NoiseCurve UNHEARD = new NoiseCurve(0, 0);

    /** The usual curve: 6 dB a bit. */
    public static NoiseCurve of(double few) {
        return new NoiseCurve(few, few * Math.pow(PER_BIT, FEW - MANY));
    }

    /** Whether anything was heard of the weight. */
    public boolean isHeard() {
        return few > 0;
    }

    /** Noise never grows with bits; fewer than {@link #FEW} cost 6 dB each whatever comes above. */
    public double at(int bits) {
        if (!isHeard()) {
            return 0;
        }
        double perBit = Math.pow(Math.clamp(many / few, 1e-12, 1), 1.0 / (MANY - FEW));
        return few * Math.pow(bits < FEW ? 1 / PER_BIT : perBit, bits - FEW);
    }
}
