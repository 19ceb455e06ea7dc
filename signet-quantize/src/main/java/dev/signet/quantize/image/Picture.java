package dev.signet.quantize.image;

import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import dev.signet.onnx.OutputException;
import dev.signet.onnx.store.OutputFile;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

/**
 * An RGB picture, planar: red, green, blue planes of {@code height * width} values, 0..255.
 *
 * @param width in pixels
 * @param height in pixels
 * @param values {@code 3 * height * width} values
 */
public record Picture(int width, int height, float[] values) {
    /** More pixels than cameras have but for a few: a file that claims more, and may be a kilobyte of nothing, is refused before anything is allocated. */
    private static final long MAX_PIXELS = 64_000_000;

    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "bmp", "gif", "tif", "tiff");

    /** @throws IllegalArgumentException if the number of values does not fit the size */
    public Picture {
        if (width < 1 || height < 1 || values.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%d values are no picture of %d x %d", values.length, width, height));
        }
    }

    /** Whether a file's name ends like a picture's. */
    public static boolean isPicture(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    /**
     * Reads a picture file; grey becomes RGB, transparency lies on black.
     *
     * @throws InputException if it can not be read
     */
    public static Picture read(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw InputException.of(file.toString(), "is not a regular file", "give a picture file");
        }
        // Reads the file itself: no copy in memory or in a temporary folder, and it is closed with the stream.
        try (ImageInputStream stream = new FileImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw InputException.of(file.toString(), "not a picture that Java can read", "use PNG or JPEG");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream, true, true);
                if ((long) reader.getWidth(0) * reader.getHeight(0) > MAX_PIXELS) {
                    throw InputException.of(
                            file.toString(),
                            String.format(
                                    Locale.ROOT,
                                    "the picture claims %d x %d pixels",
                                    reader.getWidth(0),
                                    reader.getHeight(0)),
                            "use a smaller one");
                }
                return of(reader.read(0));
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            if (e instanceof InputException input) {
                throw input;
            }
            // ImageIO's readers throw all kinds of unchecked exceptions on damaged files, with words about themselves.
            String reason = e instanceof IOException ? Messages.reason(e) : "it is damaged";
            throw InputException.of(
                    file.toString(),
                    "the picture can not be read (%s)".formatted(reason),
                    Files.isReadable(file) ? "check or remove the file" : "check the path and its permissions",
                    e);
        }
    }

    /**
     * Writes a PNG file, values rounded and cut off at 0 and 255. The file appears at once and whole, or not at all.
     *
     * @throws OutputException if it can not be written
     */
    public void writePng(Path file) {
        OutputFile.write(file, out -> {
            if (!ImageIO.write(toImage(), "png", out)) {
                throw new IOException("this Java has no PNG writer");
            }
        });
    }

    private BufferedImage toImage() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                row[x] = level(at(0, y, x)) << 16 | level(at(1, y, x)) << 8 | level(at(2, y, x));
            }
            image.setRGB(0, y, width, 1, row, 0, width);
        }
        return image;
    }

    private static int level(float value) {
        return Math.clamp(Math.round(value), 0, 255);
    }

    static Picture of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        int pixels = width * height;
        float[] values = new float[3 * pixels];
        // getRGB would convert grey through a linear colour space and shift every value: grey is read from its raster.
        boolean grey = image.getRaster().getNumBands() == 1 && image.getType() == BufferedImage.TYPE_BYTE_GRAY;
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            if (grey) {
                image.getRaster().getSamples(0, y, width, 1, 0, row);
            } else {
                image.getRGB(0, y, width, 1, row, 0, width);
            }
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                Color colour = grey ? new Color(row[x], row[x], row[x]) : new Color(row[x], true);
                float opaque = colour.getAlpha() / 255f;
                values[i] = colour.getRed() * opaque;
                values[pixels + i] = colour.getGreen() * opaque;
                values[2 * pixels + i] = colour.getBlue() * opaque;
            }
        }
        return new Picture(width, height, values);
    }

    /** The picture with 8 bits a value, as a file would have it. */
    public Picture rounded() {
        float[] levels = new float[values.length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = level(values[i]);
        }
        return new Picture(width, height, levels);
    }

    /** One value of a plane: 0 red, 1 green, 2 blue. */
    public float at(int plane, int y, int x) {
        return values[(plane * height + y) * width + x];
    }

    /**
     * A picture without colour.
     *
     * @throws IllegalArgumentException if the number of values does not fit the size
     */
    public static Picture grey(int width, int height, float[] luma) {
        float[] values = Arrays.copyOf(luma, 3 * luma.length);
        System.arraycopy(luma, 0, values, luma.length, luma.length);
        System.arraycopy(luma, 0, values, 2 * luma.length, luma.length);
        return new Picture(width, height, values);
    }

    /** The picture continued to the right and downwards by its last column and row. */
    public Picture extend(int width, int height) {
        if (width == this.width && height == this.height) {
            return this;
        }
        if (width < this.width || height < this.height) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%d x %d is smaller than the picture's %d x %d",
                    width,
                    height,
                    this.width,
                    this.height));
        }
        float[] extended = new float[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        for (int plane = 0; plane < 3; plane++) {
            for (int y = 0; y < height; y++) {
                int from = (plane * this.height + Math.min(y, this.height - 1)) * this.width;
                int to = (plane * height + y) * width;
                System.arraycopy(values, from, extended, to, this.width);
                Arrays.fill(extended, to + this.width, to + width, values[from + this.width - 1]);
            }
        }
        return new Picture(width, height, extended);
    }

    /** The part of {@code width x height} pixels in the upper left corner. */
    public Picture crop(int width, int height) {
        return part(0, 0, width, height);
    }

    /** The part of {@code width x height} pixels in the middle. */
    public Picture cropCentre(int width, int height) {
        return part((this.width - width) / 2, (this.height - height) / 2, width, height);
    }

    /** The picture without {@code pixels} pixels at each of its four edges. */
    public Picture withoutBorder(int pixels) {
        return part(pixels, pixels, width - 2 * pixels, height - 2 * pixels);
    }

    private Picture part(int left, int top, int width, int height) {
        if (width == this.width && height == this.height) {
            return this;
        }
        if (width > this.width || height > this.height) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "no %d x %d part in a picture of %d x %d", width, height, this.width, this.height));
        }
        float[] part = new float[3 * width * height];
        for (int plane = 0; plane < 3; plane++) {
            for (int y = 0; y < height; y++) {
                System.arraycopy(
                        values,
                        (plane * this.height + top + y) * this.width + left,
                        part,
                        (plane * height + y) * width,
                        width);
            }
        }
        return new Picture(width, height, part);
    }
}
