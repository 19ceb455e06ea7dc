package dev.signet.report;

import dev.signet.quantize.image.Picture;
import dev.signet.quantize.inspect.HeatGrid;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What reports are made of, for pages that should look like them. */
public final class PageParts {
    private PageParts() {}

    /**
     * A style sheet or a script.
     *
     * @throws IllegalStateException if there is none of that name
     */
    public static String text(String name) {
        try (InputStream stream = PageParts.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException(name + " is missing from the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A picture as a PNG file: lossless, as what is compared is what the networks made. */
    public static byte[] png(Picture picture) {
        return ImageData.png(picture);
    }

    /** A heat map as a PNG file, a pixel for each value. */
    public static byte[] png(HeatGrid grid) {
        return ImageData.png(grid);
    }
}
