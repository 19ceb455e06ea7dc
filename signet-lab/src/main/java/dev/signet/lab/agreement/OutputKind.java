package dev.signet.lab.agreement;

import dev.signet.lab.metric.Metric;

/** What a network's outputs are for, and so what is compared first. */
public enum OutputKind {
    /** Scores of classes. */
    CLASSES(Metric.AGREEMENT),
    /** Boxes about things. */
    BOXES(Metric.BOXES),
    /** A class for each pixel, or whether it belongs to something. */
    MASK(Metric.IOU),
    /** Vectors whose direction counts. */
    FEATURES(Metric.COSINE),
    /** Probabilities of characters, one after the other. */
    TEXT(Metric.CHARACTERS),
    /** Sound, or its spectrum. */
    SOUND(Metric.SNR),
    /** A picture. */
    PICTURE(Metric.PSNR),
    /** Other numbers. */
    VALUES(Metric.DIFFERENCE);

    private final Metric first;

    OutputKind(Metric first) {
        this.first = first;
    }

    /** The metric to look at first. */
    public Metric first() {
        return first;
    }
}
