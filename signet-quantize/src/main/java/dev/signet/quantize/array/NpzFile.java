package dev.signet.quantize.array;

import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
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
        return in(file, zip -> {
            Map<String, NpyArray> arrays = new LinkedHashMap<>();
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().endsWith(ENDING)) {
                    String name = entry.getName().substring(0, entry.getName().length() - ENDING.length());
                    arrays.put(name, array(zip, entry, file, name, shape -> {}));
                }
            }
            return arrays;
        });
    }

    /**
     * Reads one array and no other: an archive may hold anything beside it.
     *
     * @param expected sees the shape before values are read, and throws where it is another
     * @return empty where there is no array of this name
     * @throws InputException if it is not such a file
     */
    public static Optional<NpyArray> read(Path file, String name, Consumer<int[]> expected) {
        return in(file, zip -> {
            ZipEntry entry = zip.getEntry(name + ENDING);
            return entry == null ? Optional.empty() : Optional.of(array(zip, entry, file, name, expected));
        });
    }

    private interface Reading<T> {
        T of(ZipFile zip) throws IOException;
    }

    private static <T> T in(Path file, Reading<T> reading) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw InputException.of(file.toString(), "is not a regular file", "give an .npz file");
        }
        try (var zip = new ZipFile(file.toFile())) {
            return reading.of(zip);
        } catch (ZipException | EOFException e) {
            throw InputException.of(
                    file.toString(),
                    "is not an .npz file, or a damaged one (" + Messages.reason(e) + ")",
                    "save it with numpy.savez",
                    e);
        } catch (IOException e) {
            throw InputException.of(
                    file.toString(), "can not be read (" + Messages.reason(e) + ")", "check the path", e);
        }
    }

    /** The whole entry is read, also what stands behind the values: its checksum is compared at its end only. */
    private static NpyArray array(ZipFile zip, ZipEntry entry, Path file, String name, Consumer<int[]> expected)
            throws IOException {
        String where = file + ": array '" + name + "'";
        try (var stream = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
            NpyArray array = NpyArray.read(stream, where, expected);
            if (stream.skip(1) > 0) {
                throw InputException.of(where, "there is more than the array in it", "save it with numpy.savez");
            }
            if (entry.getCrc() >= 0 && stream.getChecksum().getValue() != entry.getCrc()) {
                throw InputException.of(where, "is damaged: its checksum is another", "save or copy it again");
            }
            return array;
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
