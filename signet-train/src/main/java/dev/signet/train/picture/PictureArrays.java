package dev.signet.train.picture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import java.util.List;

/** Pictures as a network takes them. */
final class PictureArrays {
    private PictureArrays() {}

    /** Pictures of one size as [pictures, 3, height, width], 0..1. */
    static NDArray unit(List<Picture> pictures, NDManager manager) {
        Picture first = pictures.getFirst();
        int length = first.values().length;
        float[] values = new float[pictures.size() * length];
        for (int i = 0; i < pictures.size(); i++) {
            Preprocessing.UNIT.write(pictures.get(i), true, values, i * length);
        }
        return manager.create(values, new Shape(pictures.size(), 3, first.height(), first.width()));
    }
}
