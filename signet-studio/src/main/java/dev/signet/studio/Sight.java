package dev.signet.studio;

import dev.signet.lab.task.Recognition.Candidate;
import dev.signet.quantize.image.Picture;
import java.util.List;

/** What a network makes of a picture, as far as people can look at it. */
sealed interface Sight {
    /** A picture, of a network from image to image. */
    record Drawn(Picture picture) implements Sight {}

    /** The best class of each pixel in colours, of a network that divides pictures into parts. */
    record Parts(Picture picture) implements Sight {}

    /** The most probable classes, of a classifier. */
    record Classes(List<Candidate> candidates) implements Sight {}

    /** Things that were found, in the picture that they were found in. */
    record Things(List<Box> boxes) implements Sight {}

    /** A thing in a picture: sides as parts of the picture's. */
    record Box(double left, double top, double right, double bottom, double score) {}

    /** Nothing that can be shown. */
    record Nothing(String why) implements Sight {}
}
