package dev.signet.train.picture;

import dev.signet.lab.dataset.Pictures;
import dev.signet.lab.drawing.Scenes;
import dev.signet.lab.drawing.Split;
import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Resampling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pictures to learn from, and some that are held out.
 *
 * @param training what patches are cut from
 * @param heldOut what the network is evaluated on after each epoch
 */
record PictureSets(Pictures training, Pictures heldOut) {
    private static final int DRAWN = 400;
    private static final int DRAWN_HELD_OUT = 8;
    private static final int DRAWN_SIDE = 128;
    // Larger photos are reduced: that takes the traces of their compression away, too.
    private static final int SHORTER_SIDE = 512;
    private static final int HELD_OUT_EVERY = 10;
    private static final int MOST_HELD_OUT = 8;

    /**
     * The user's pictures, every tenth of them held out (eight at most); or drawn ones.
     *
     * @param folder null for drawn ones
     * @throws InputException if there are less than two
     */
    static PictureSets open(@Nullable Path folder) {
        if (folder == null) {
            return new PictureSets(
                    new Scenes(Split.TRAINING, DRAWN_SIDE, DRAWN_SIDE).pictures(DRAWN),
                    new Scenes(Split.HELD_OUT, DRAWN_SIDE, DRAWN_SIDE).pictures(DRAWN_HELD_OUT));
        }
        Pictures all = reduced(Pictures.open(folder, 0, 0));
        if (all.size() < 2) {
            throw InputException.of(folder.toString(), "holds one picture only", "give two or more: one is held out");
        }
        List<Integer> training = new ArrayList<>();
        List<Integer> heldOut = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            boolean out = i % HELD_OUT_EVERY == 0 && heldOut.size() < MOST_HELD_OUT;
            (out ? heldOut : training).add(i);
        }
        return new PictureSets(part(all, training), part(all, heldOut));
    }

    private static Pictures reduced(Pictures pictures) {
        return new Pictures(pictures.names(), i -> {
            Picture picture = pictures.picture(i);
            return Math.min(picture.width(), picture.height()) <= SHORTER_SIDE
                    ? picture
                    : Resampling.shorterSide(picture, SHORTER_SIDE).rounded();
        });
    }

    private static Pictures part(Pictures all, List<Integer> indices) {
        return new Pictures(indices.stream().map(all.names()::get).toList(), i -> all.picture(indices.get(i)));
    }
}
