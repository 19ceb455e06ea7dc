package dev.signet.train.picture;

import dev.signet.lab.dataset.Pictures;
import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Pictures in memory, a byte a value, from which square patches are cut. */
final class PatchPool {
    /** What is kept at most: 300 MB. */
    private static final long MOST_PIXELS = 100_000_000;

    private record Stored(int width, int height, byte[] values) {}

    private final List<Stored> pictures;
    private final int side;

    private PatchPool(List<Stored> pictures, int side) {
        this.pictures = pictures;
        this.side = side;
    }

    /**
     * Loads pictures, as many as fit.
     *
     * @param side of the patches, in pixels
     * @throws InputException if none is that large
     */
    static PatchPool of(Pictures pictures, int side) {
        List<Stored> stored = new ArrayList<>();
        long pixels = 0;
        for (int i = 0; i < pictures.size() && pixels < MOST_PIXELS; i++) {
            Picture picture = pictures.picture(i);
            if (picture.width() >= side && picture.height() >= side) {
                stored.add(store(picture));
                pixels += (long) picture.width() * picture.height();
            }
        }
        if (stored.isEmpty()) {
            throw InputException.of(
                    pictures.names().getFirst(),
                    String.format(Locale.ROOT, "and all other pictures are smaller than %d x %d pixels", side, side),
                    "use larger pictures or a smaller --patch");
        }
        return new PatchPool(stored, side);
    }

    private static Stored store(Picture picture) {
        byte[] values = new byte[picture.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) Math.clamp(Math.round(picture.values()[i]), 0, 255);
        }
        return new Stored(picture.width(), picture.height(), values);
    }

    /** Any patch, turned and mirrored at random. */
    Picture patch(SplittableRandom random) {
        Stored picture = pictures.get(random.nextInt(pictures.size()));
        int left = random.nextInt(picture.width() - side + 1);
        int top = random.nextInt(picture.height() - side + 1);
        boolean mirrored = random.nextBoolean();
        boolean turned = random.nextBoolean();
        boolean upsideDown = random.nextBoolean();
        float[] values = new float[3 * side * side];
        int to = 0;
        for (int plane = 0; plane < 3; plane++) {
            int start = (plane * picture.height() + top) * picture.width() + left;
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    int column = mirrored ? side - 1 - x : x;
                    int row = upsideDown ? side - 1 - y : y;
                    int offset = turned ? column * picture.width() + row : row * picture.width() + column;
                    values[to++] = picture.values()[start + offset] & 0xff;
                }
            }
        }
        return new Picture(side, side, values);
    }
}
