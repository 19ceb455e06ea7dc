package dev.signet.quantize.input;

import java.util.ArrayList;
import java.util.List;

/**
 * What the dimensions that a model leaves open are filled with.
 *
 * @param height of pictures
 * @param width of pictures
 * @param sound samples of sound
 * @param side of everything else
 */
public record OpenSides(int height, int width, int sound, int side) {
    // Large enough for the receptive fields of restoration networks, and a multiple of all their strides.
    private static final int IMAGE = 96;
    private static final int CLASSIFIER = 224;

    /** The smallest maps have so many values a side at the least, or what their layers see is all border. */
    private static final int SMALLEST_MAP = 10;

    private static final int MOST = 512;

    // Multiples of 32 pass five halvings; 48 is a line of text; 28 and 299 are MNIST's and Inception's.
    private static final int[][] PICTURES = {
        {128, 128},
        {64, 64},
        {256, 256},
        {48, 320},
        {32, 320},
        {32, 32},
        {28, 28},
        {299, 299},
        {640, 640},
        {16, 16},
        {8, 8}
    };

    // A second, and frames of speech: 32 ms with the 4 ms before, 32, 96, 30, 10 ms.
    private static final int[] SOUNDS = {16_000, 576, 512, 1536, 480, 160, 48_000, 4000};
    private static final int[] SIDES = {64, 32, 16, 8, 128, 100, 1};

    /**
     * Fillings, likely ones first: the caller takes the first that the network runs with.
     *
     * @param reduction of the network's smallest maps ({@link Reduction})
     */
    public static List<OpenSides> candidates(boolean classifier, long reduction) {
        List<OpenSides> all = new ArrayList<>();
        int usual = classifier ? CLASSIFIER : Math.clamp(SMALLEST_MAP * reduction, IMAGE, MOST);
        all.add(new OpenSides(usual, usual, SOUNDS[0], SIDES[0]));
        int most = Math.max(PICTURES.length, SOUNDS.length);
        for (int i = 0; i < most; i++) {
            int[] picture = PICTURES[Math.min(i, PICTURES.length - 1)];
            all.add(new OpenSides(
                    picture[0],
                    picture[1],
                    SOUNDS[Math.min(i + 1, SOUNDS.length - 1)],
                    SIDES[Math.min(i + 1, SIDES.length - 1)]));
        }
        return all;
    }
}
