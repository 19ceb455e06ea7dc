package dev.signet.train.classify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Images in CIFAR-10's format whose class is their colour, with noise on it. */
final class TinyCifar {
    private static final int PIXELS = 32 * 32;

    private TinyCifar() {}

    /** Writes {@code count} images of three classes. */
    static void write(Path file, int count, int seed) throws IOException {
        var random = new Random(seed);
        byte[] records = new byte[count * (1 + 3 * PIXELS)];
        for (int i = 0, at = 0; i < count; i++) {
            int label = i % 3;
            records[at++] = (byte) label;
            for (int channel = 0; channel < 3; channel++) {
                for (int p = 0; p < PIXELS; p++) {
                    double value = (channel == label ? 170 : 90) + 40 * random.nextGaussian();
                    records[at++] = (byte) Math.clamp(Math.round(value), 0, 255);
                }
            }
        }
        Files.write(file, records);
    }
}
