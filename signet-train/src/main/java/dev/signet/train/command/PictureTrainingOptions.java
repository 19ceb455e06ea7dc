package dev.signet.train.command;

import dev.signet.train.picture.PictureRecipe;
import picocli.CommandLine.Option;

/** How networks from picture to picture learn. */
final class PictureTrainingOptions {
    @Option(names = "--epochs", paramLabel = "N", description = "Epochs; each ends with an evaluation.")
    private int epochs = 10;

    @Option(names = "--steps", paramLabel = "N", description = "Steps in an epoch.")
    private int steps = 100;

    @Option(names = "--batch", paramLabel = "N", description = "Patches in a step.")
    private int batch = 8;

    @Option(names = "--patch", paramLabel = "N", description = "Pixels a side of the patches that it learns from.")
    private int patch;

    @Option(names = "--rate", paramLabel = "X", description = "The highest learning rate (Adam, down along a cosine).")
    private double rate;

    /** With the defaults of a kind of network. */
    PictureTrainingOptions(int patch, double rate) {
        this.patch = patch;
        this.rate = rate;
    }

    /** @throws IllegalArgumentException if a value is out of its range */
    PictureRecipe recipe(long seed) {
        return new PictureRecipe(epochs, steps, batch, patch, rate, seed);
    }
}
