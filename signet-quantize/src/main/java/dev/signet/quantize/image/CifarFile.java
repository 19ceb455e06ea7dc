package dev.signet.quantize.image;

import dev.signet.onnx.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** CIFAR-10's binary format: for each image one label byte and 3072 bytes, red, green and blue planes of 32 x 32. */
public final class CifarFile {
    private static final int SIDE = 32;
    private static final int PIXEL_BYTES = 3 * SIDE * SIDE;
    private static final int RECORD = 1 + PIXEL_BYTES;
    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private final byte[] records;

    private CifarFile(byte[] records) {
        this.records = records;
    }

    /**
     * Reads the first {@code limit} images of a file, or all for 0.
     *
     * @throws InputException if it is not such a file
     */
    public static CifarFile read(Path file, int limit) {
        try {
            long size = Files.size(file);
            if (size == 0 || size % RECORD != 0) {
                throw InputException.of(
                        file.toString(),
                        String.format(
                                Locale.ROOT,
                                "not a CIFAR-10 binary file: %d bytes are no multiple of %d",
                                size,
                                RECORD),
                        "give a file such as test_batch.bin or a folder with one folder per class");
            }
            long images = limit == 0 ? size / RECORD : Math.min(limit, size / RECORD);
            byte[] records;
            try (InputStream stream = Files.newInputStream(file)) {
                records = stream.readNBytes(Math.toIntExact(Math.min(images, Integer.MAX_VALUE / RECORD) * RECORD));
            }
            for (int start = 0; start < records.length; start += RECORD) {
                if (records[start] < 0 || records[start] >= CLASSES.size()) {
                    throw InputException.of(
                            file.toString(),
                            String.format(
                                    Locale.ROOT,
                                    "image %d has label %d, expected 0..9",
                                    start / RECORD,
                                    records[start] & 0xff),
                            "give a CIFAR-10 binary file");
                }
            }
            return new CifarFile(records);
        } catch (IOException e) {
            throw InputException.of(file.toString(), "can not be read: " + e.getMessage(), "check the path", e);
        }
    }

    /** Number of images. */
    public int size() {
        return records.length / RECORD;
    }

    /** One image. */
    public Picture image(int index) {
        float[] values = new float[PIXEL_BYTES];
        int start = index * RECORD + 1;
        for (int i = 0; i < PIXEL_BYTES; i++) {
            values[i] = records[start + i] & 0xff;
        }
        return new Picture(SIDE, SIDE, values);
    }

    /** Its class, from 0. */
    public int label(int index) {
        return records[index * RECORD];
    }

    /** The name of a class. */
    public String className(int label) {
        return label < CLASSES.size() ? CLASSES.get(label) : Integer.toString(label);
    }
}
