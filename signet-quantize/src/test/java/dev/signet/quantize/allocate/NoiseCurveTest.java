package dev.signet.quantize.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NoiseCurveTest {
    @Test
    void aBitIsSixDecibelsUnlessMeasuredOtherwise() {
        NoiseCurve usual = NoiseCurve.of(0.16);
        assertThat(usual.at(2)).isCloseTo(0.64, within(1e-12));
        assertThat(usual.at(3)).isCloseTo(0.16, within(1e-12));
        assertThat(usual.at(5)).isCloseTo(0.01, within(1e-12));

        // Behind a logarithm: 3 dB a bit.
        NoiseCurve flat = new NoiseCurve(0.32, 0.01);
        assertThat(flat.at(8)).isCloseTo(0.01, within(1e-12));
        assertThat(flat.at(4)).isCloseTo(0.16, within(1e-12));
        assertThat(flat.at(2)).isCloseTo(1.28, within(1e-12));
    }

    @Test
    void moreBitsNeverBringMoreNoise() {
        assertThat(new NoiseCurve(0.1, 0.4).at(8)).isCloseTo(0.1, within(1e-12));
        assertThat(new NoiseCurve(0, 0).at(2)).isZero();
    }
}
