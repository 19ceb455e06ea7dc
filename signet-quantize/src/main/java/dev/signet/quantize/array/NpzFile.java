package dev.signet.quantize.array;

import dev.signet.onnx.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Named arrays in numpy's {@code .npz} format: a zip file of {@code .npy} files. */
public final class NpzFile {
    private static final String ENDING = ".npy";

    private NpzFile() {}

    /**
     * Reads all arrays.
     *
     * @throws InputException if it is not such a file
     */
    public static Map<String, NpyArray> read(Path file) {
        try (var zip = new ZipFile(file.toFile())) {
            Map<String, NpyArray> arrays = new LinkedHashMap<>();
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().endsWith(ENDING)) {
                    String name = entry.getName().substring(0, entry.getName().length() - ENDING.length());
                    try (InputStream stream = zip.getInputStream(entry)) {
                        arrays.put(name, NpyArray.read(stream, file + ": array '" + name + "'"));
                    }
                }
            }
            return arrays;
        } catch (ZipException e) {
            throw InputException.of(
                    file.toString(), "not an .npz file: " + e.getMessage(), "save it with numpy.savez", e);
        } catch (IOException e) {
            throw InputException.of(file.toString(), "can not be read: " + e.getMessage(), "check the path", e);
        }
    }

    /** Writes arrays; the same arrays give the same bytes. */
    public static void write(Path file, Map<String, NpyArray> arrays) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                var zip = new ZipOutputStream(out)) {
            for (var array : arrays.entrySet()) {
                var entry = new ZipEntry(array.getKey() + ENDING);
                entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
                zip.putNextEntry(entry);
                array.getValue().write(zip);
                zip.closeEntry();
            }
        }
    }
}
