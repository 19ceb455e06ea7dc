package dev.signet.lab.drawing;

import java.util.SplittableRandom;

/** What a drawn picture is for. The seeds of the two are disjoint, so no held-out picture is ever trained on. */
public enum Split {
    /** Numbers 0 to 2^31 - 1, seeds from 0 on. */
    TRAINING(0),
    /** Numbers 0 to 2^31 - 1, seeds from 2^40 on. */
    HELD_OUT(1L << 40);

    private final long firstSeed;

    Split(long firstSeed) {
        this.firstSeed = firstSeed;
    }

    /** The random numbers of one picture of a series. */
    SplittableRandom random(Series series, int number) {
        if (number < 0) {
            throw new IllegalArgumentException("pictures are numbered from 0, not " + number);
        }
        return new SplittableRandom(series.seeds + firstSeed + number);
    }

    /** What is drawn: each series has 2^48 seeds of its own. */
    enum Series {
        FIGURES(0),
        SCENES(1L << 48),
        ART(2L << 48);

        private final long seeds;

        Series(long seeds) {
            this.seeds = seeds;
        }
    }
}
