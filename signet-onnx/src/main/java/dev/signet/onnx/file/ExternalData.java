package dev.signet.onnx.file;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The files beside a model that hold its large tensors.
 *
 * <p>A model says where its data is, and a model is not to be trusted: locations that leave its folder, by {@code ..}, as an
 * absolute path or through a symbolic link, are refused, and offsets and lengths are checked against the file before
 * anything is allocated.
 */
public final class ExternalData {
    /** Bytes that tensors may have beyond two for each in the files. */
    private static final long MOST_SHARED = 256L << 20;

    private final OnnxModel model;

    private ExternalData(OnnxModel model) {
        this.model = model;
    }

    /** The external data of {@code model}. */
    public static ExternalData of(OnnxModel model) {
        return new ExternalData(model);
    }

    /** Whether the values of {@code tensor} are in a file of their own. */
    public static boolean isExternal(TensorProto tensor) {
        return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    }

    /** Bytes {@code offset .. offset + length} of {@code file}; a negative length stands for the rest of the file. */
    record Range(Path file, long offset, long length) {}

    /**
     * The bytes of {@code tensor}.
     *
     * @param expected how many the tensor's dimensions need
     * @return a buffer at position 0 with exactly {@code expected} bytes
     * @throws InputException if the file is missing, outside the model's folder, or does not hold the bytes
     */
    public ByteBuffer read(TensorProto tensor, long expected) {
        Range range = range(tensor);
        checkLength(tensor, range, expected);
        try (FileChannel channel = FileChannel.open(range.file(), StandardOpenOption.READ)) {
            checkInside(tensor, range, expected, channel.size());
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(expected));
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, range.offset() + bytes.position()) < 0) {
                    throw new EOFException("the file ended early");
                }
            }
            return bytes.flip();
        } catch (IOException e) {
            throw unreadable(tensor, range.file(), e);
        }
    }

    /**
     * The bytes of {@code tensor} as pages of its file, which must not change while they are used.
     *
     * @param expected how many the tensor's dimensions need, at most 2^31 - 1
     * @return a read-only buffer at position 0 with exactly {@code expected} bytes
     * @throws InputException as {@link #read} does
     */
    public ByteBuffer map(TensorProto tensor, long expected) {
        Range range = range(tensor);
        checkLength(tensor, range, expected);
        try (FileChannel channel = FileChannel.open(range.file(), StandardOpenOption.READ)) {
            checkInside(tensor, range, expected, channel.size());
            return channel.map(FileChannel.MapMode.READ_ONLY, range.offset(), expected);
        } catch (IOException e) {
            throw unreadable(tensor, range.file(), e);
        }
    }

    /**
     * Checks that the bytes of {@code tensor} are there, without reading them.
     *
     * @throws InputException as {@link #read} does
     */
    public void check(TensorProto tensor, long expected) {
        Range range = range(tensor);
        checkLength(tensor, range, expected);
        checkInside(tensor, range, expected, size(range.file()));
    }

    /**
     * Copies the bytes of {@code tensor} to where {@code target} stands, without holding them all in memory.
     *
     * @param expected how many the tensor's dimensions need
     * @throws InputException as {@link #read} does
     * @throws IOException if {@code target} can not be written
     */
    public void copy(TensorProto tensor, long expected, FileChannel target) throws IOException {
        Range range = range(tensor);
        checkLength(tensor, range, expected);
        try (FileChannel channel = FileChannel.open(range.file(), StandardOpenOption.READ)) {
            checkInside(tensor, range, expected, channel.size());
            for (long done = 0; done < expected; ) {
                long copied = channel.transferTo(range.offset() + done, expected - done, target);
                if (copied <= 0) {
                    throw new EOFException("the data of tensor '" + tensor.getName() + "' ended early");
                }
                done += copied;
            }
        }
    }

    /**
     * Checks that tensors do not share the bytes of their files so often that a small file fills the memory. Sound models share
     * some: weights that are tied.
     *
     * @throws InputException if all tensors together are far more than the files hold
     */
    void checkSharing() {
        Set<Path> files = new HashSet<>();
        AtomicLong claimed = new AtomicLong();
        try {
            ModelTensors.forEach(model.proto(), tensor -> {
                if (isExternal(tensor)) {
                    Range range = range(tensor);
                    files.add(range.file());
                    claimed.addAndGet(range.length() >= 0 ? range.length() : claim(tensor));
                }
            });
        } catch (InputException e) {
            // A file that is not there, or not to be read: said when somebody wants its values.
            return;
        }
        long there = files.stream().mapToLong(ExternalData::size).sum();
        if (claimed.get() > 2 * there + MOST_SHARED) {
            throw InputException.of(
                    model.where(),
                    String.format(
                            Locale.ROOT,
                            "has tensors of %d bytes in files of %d: many share the same bytes",
                            claimed.get(),
                            there),
                    "export it with one tensor for all nodes that use the same values");
        }
    }

    private static long claim(TensorProto tensor) {
        long values = 1;
        for (long side : tensor.getDimsList()) {
            values *= side;
        }
        return values
                * switch (tensor.getDataType()) {
                    case DataType.DOUBLE_VALUE, DataType.INT64_VALUE, DataType.UINT64_VALUE -> 8;
                    case DataType.FLOAT_VALUE, DataType.INT32_VALUE, DataType.UINT32_VALUE -> 4;
                    case DataType.FLOAT16_VALUE, DataType.BFLOAT16_VALUE, DataType.INT16_VALUE, DataType.UINT16_VALUE ->
                        2;
                    default -> 1;
                };
    }

    /** Bytes of all external data that the model refers to; a range that several tensors share counts once. */
    long usedBytes() {
        Set<Range> ranges = new HashSet<>();
        ModelTensors.forEach(model.proto(), tensor -> {
            if (isExternal(tensor)) {
                ranges.add(range(tensor));
            }
        });
        return ranges.stream()
                .mapToLong(range -> range.length() >= 0 ? range.length() : size(range.file()) - range.offset())
                .reduce(0, Math::addExact);
    }

    /**
     * The files that the model refers to, sorted by location.
     *
     * @throws InputException if one is missing or leaves the model's folder
     */
    public List<Path> files() {
        TreeMap<String, Path> files = new TreeMap<>();
        ModelTensors.forEach(model.proto(), tensor -> {
            if (isExternal(tensor)) {
                files.computeIfAbsent(entry(tensor, "location"), location -> resolve(tensor, location));
            }
        });
        return new ArrayList<>(files.values());
    }

    /** Where the bytes of {@code tensor} are, checked to be inside the model's folder and the file. */
    Range range(TensorProto tensor) {
        Path file = resolve(tensor, entry(tensor, "location"));
        long offset = number(tensor, "offset", 0);
        long length = number(tensor, "length", -1);
        checkInside(tensor, new Range(file, offset, length), Math.max(length, 0), size(file));
        return new Range(file, offset, length);
    }

    private void checkLength(TensorProto tensor, Range range, long expected) {
        if (range.length() >= 0 && range.length() != expected) {
            throw bad(
                    tensor,
                    String.format(
                            Locale.ROOT,
                            "has %d bytes of external data where its dimensions %s need %d",
                            range.length(),
                            tensor.getDimsList(),
                            expected));
        }
    }

    private void checkInside(TensorProto tensor, Range range, long length, long size) {
        if (range.offset() > size || length > size - range.offset()) {
            throw bad(
                    tensor,
                    String.format(
                            Locale.ROOT,
                            "needs %d bytes from %d on in %s, which has only %d",
                            length,
                            range.offset(),
                            range.file(),
                            size));
        }
    }

    private Path resolve(TensorProto tensor, String location) {
        Path folder = model.folder();
        try {
            Path relative = Path.of(location);
            if (location.isEmpty() || relative.isAbsolute() || location.startsWith("/") || location.startsWith("\\")) {
                throw escapes(tensor, location);
            }
            for (Path part : relative) {
                if (part.toString().equals("..")) {
                    throw escapes(tensor, location);
                }
            }
            Path file = folder.resolve(relative);
            Path real = file.toRealPath();
            if (!real.startsWith(folder.toRealPath())) {
                throw escapes(tensor, location);
            }
            if (!Files.isRegularFile(real)) {
                throw bad(
                        tensor,
                        String.format(Locale.ROOT, "has its data in '%s', which is not a regular file", location));
            }
            return file;
        } catch (InvalidPathException e) {
            throw escapes(tensor, location);
        } catch (NoSuchFileException e) {
            throw InputException.of(
                    model.where(tensor),
                    String.format(Locale.ROOT, "has its data in '%s', which is missing", folder.resolve(location)),
                    "put the file beside the model",
                    e);
        } catch (IOException e) {
            throw unreadable(tensor, folder.resolve(location), e);
        }
    }

    private long number(TensorProto tensor, String key, long absent) {
        String text = entry(tensor, key);
        if (text.isEmpty()) {
            return absent;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, as negative numbers are.
        }
        throw bad(
                tensor, String.format(Locale.ROOT, "has external data whose %s is '%s', not a byte count", key, text));
    }

    private static String entry(TensorProto tensor, String key) {
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            if (entry.getKey().equals(key)) {
                return entry.getValue();
            }
        }
        return "";
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw InputException.of(
                    String.valueOf(file), "can not be read (" + Messages.reason(e) + ")", "check the file", e);
        }
    }

    private InputException escapes(TensorProto tensor, String location) {
        return InputException.of(
                model.where(tensor),
                String.format(
                        Locale.ROOT, "has its data in '%s', which is not a file inside the model's folder", location),
                "keep external data in the model's folder and refer to it by a relative path");
    }

    private InputException unreadable(TensorProto tensor, Path file, IOException e) {
        return InputException.of(
                model.where(tensor),
                String.format(
                        Locale.ROOT, "has its data in '%s', which can not be read (%s)", file, Messages.reason(e)),
                "check the file and its permissions",
                e);
    }

    private InputException bad(TensorProto tensor, String problem) {
        return InputException.of(model.where(tensor), problem, "export the model again, or fetch its data file again");
    }
}
