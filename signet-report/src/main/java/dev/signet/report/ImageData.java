package dev.signet.report;

import dev.signet.quantize.image.Picture;
import dev.signet.quantize.inspect.HeatGrid;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Pictures as PNG files inside the page: lossless, so that what is compared is what the networks made. */
final class ImageData {
    /** Dark to bright, readable for colour-blind eyes and in grey: a few colours of matplotlib's inferno map. */
    private static final int[] HEAT = {0x000004, 0x420a68, 0x932667, 0xdd513a, 0xfca50a, 0xfcffa4};

    private ImageData() {}

    /** A picture. */
    static String of(Picture picture) {
        return url(image(picture));
    }

    /** A picture as the bytes of a file. */
    static byte[] png(Picture picture) {
        return png(image(picture));
    }

    private static BufferedImage image(Picture picture) {
        int width = picture.width();
        var image = new BufferedImage(width, picture.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(
                        x,
                        y,
                        level(picture.at(0, y, x)) << 16
                                | level(picture.at(1, y, x)) << 8
                                | level(picture.at(2, y, x)));
            }
        }
        return image;
    }

    /** A heat map from its smallest (dark) to its largest value (bright), one pixel each. */
    static String of(HeatGrid grid) {
        return url(image(grid));
    }

    /** The same as the bytes of a file. */
    static byte[] png(HeatGrid grid) {
        return png(image(grid));
    }

    private static BufferedImage image(HeatGrid grid) {
        var image = new BufferedImage(grid.columns(), grid.rows(), BufferedImage.TYPE_BYTE_INDEXED, palette());
        float from = grid.smallest();
        float range = grid.largest() - from;
        for (int row = 0; row < grid.rows(); row++) {
            for (int column = 0; column < grid.columns(); column++) {
                float value = grid.values()[row * grid.columns() + column];
                image.getRaster()
                        .setSample(
                                column,
                                row,
                                0,
                                range > 0 ? Math.clamp((int) ((value - from) / range * 255), 0, 255) : 0);
            }
        }
        return image;
    }

    private static IndexColorModel palette() {
        byte[] red = new byte[256];
        byte[] green = new byte[256];
        byte[] blue = new byte[256];
        for (int i = 0; i < 256; i++) {
            double at = i / 255.0 * (HEAT.length - 1);
            int left = Math.min((int) at, HEAT.length - 2);
            red[i] = (byte) between(left, 16, at - left);
            green[i] = (byte) between(left, 8, at - left);
            blue[i] = (byte) between(left, 0, at - left);
        }
        return new IndexColorModel(8, 256, red, green, blue);
    }

    private static int between(int left, int shift, double part) {
        int from = HEAT[left] >> shift & 0xff;
        int to = HEAT[left + 1] >> shift & 0xff;
        return Math.toIntExact(Math.round(from + part * (to - from)));
    }

    private static int level(float value) {
        return Math.clamp(Math.round(value), 0, 255);
    }

    private static String url(BufferedImage image) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png(image));
    }

    private static byte[] png(BufferedImage image) {
        var bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, "png", bytes)) {
                throw new IllegalStateException("this Java has no PNG writer");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
