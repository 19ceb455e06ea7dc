package dev.signet.onnx.file;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Recognizes, by what is in them, files that people mistake for ONNX models, and says how to make an ONNX model of them. */
final class FileKind {
    private static final int HEAD_BYTES = 512;

    /** Where the names in a zip archive are: its last bytes. */
    private static final int TAIL_BYTES = 1 << 16;

    /** A network has fewer fields at the top; a list of nodes needs no more to be one. */
    private static final int FIELDS = 64;

    private static final String ANY = "give an .onnx file, exported or downloaded again";
    private static final String PYTORCH =
            "export it where its network is: torch.onnx.export(model, (example_input,), 'model.onnx')";
    private static final String KERAS = "export it: model.export('model.onnx', format='onnx') in Keras 3, or"
            + " tf2onnx.convert.from_keras(model, output_path='model.onnx')";
    private static final String TENSORFLOW_LITE =
            "convert it: python -m tf2onnx.convert --tflite FILE --output model.onnx";
    private static final String SAVED_MODEL =
            "convert its folder: python -m tf2onnx.convert --saved-model FOLDER --output model.onnx";
    private static final String FROZEN_GRAPH =
            "convert it: python -m tf2onnx.convert --graphdef FILE --inputs NAME:0 --outputs NAME:0 --output"
                    + " model.onnx";
    private static final String CORE_ML = "export the network that it was made from to ONNX, or convert it with"
            + " onnxmltools.convert_coreml (neural networks, not programs)";

    private FileKind() {}

    /**
     * What a file is.
     *
     * @param text in words
     * @param advice what to do to get an ONNX model
     */
    record Foreign(String text, String advice) {
        private Foreign(String text) {
            this(text, ANY);
        }
    }

    /** A file format: the bytes {@code magic} at {@code offset}. */
    private record Signature(int offset, String magic, Foreign kind) {
        Signature(int offset, String magic, String text) {
            this(offset, magic, new Foreign(text));
        }

        Signature(int offset, String magic, String text, String advice) {
            this(offset, magic, new Foreign(text, advice));
        }

        boolean matches(byte[] head) {
            byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
            if (head.length < offset + bytes.length) {
                return false;
            }
            for (int i = 0; i < bytes.length; i++) {
                if (head[offset + i] != bytes[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final List<Signature> SIGNATURES = List.of(
            // The magic number of torch.save before PyTorch 1.6, as a pickle.
            new Signature(
                    0, "\200\2\212\12l\374\234F\371 j\250P\31", "a PyTorch checkpoint, not an ONNX model", PYTORCH),
            new Signature(0, "\37\213", "a gzip archive, not an ONNX model", "unpack it and give the .onnx file in it"),
            new Signature(0, "\211HDF", "an HDF5 file (Keras model?), not an ONNX model", KERAS),
            new Signature(0, "\211PNG", "a PNG image, not an ONNX model"),
            new Signature(0, "\377\330\377", "a JPEG image, not an ONNX model"),
            new Signature(0, "\223NUMPY", "a NumPy array, not an ONNX model"),
            new Signature(0, "GGUF", "a GGUF model (llama.cpp), not an ONNX model"),
            new Signature(4, "TFL3", "a TensorFlow Lite model, not an ONNX model", TENSORFLOW_LITE),
            new Signature(
                    4,
                    "ORTM",
                    "an ONNX Runtime (.ort) model, not an ONNX model",
                    "give the .onnx file that it was made from"),
            new Signature(
                    0,
                    "version https://git-lfs",
                    "a Git LFS pointer, not the model itself",
                    "fetch the model: git lfs pull"),
            new Signature(
                    0,
                    "<!DOCTYPE",
                    "an HTML page, not an ONNX model",
                    "download the file itself, not the page about it"),
            new Signature(
                    0, "<html", "an HTML page, not an ONNX model", "download the file itself, not the page about it"),
            new Signature(
                    0,
                    "<?xml",
                    "an XML file (OpenVINO model?), not an ONNX model",
                    "give the .onnx file that it was made from"));

    /** What {@code path} is where it is no ONNX model. */
    static Optional<Foreign> foreign(Path path) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(path)) {
            head = in.readNBytes(HEAD_BYTES);
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("PK\3\4")) {
            return Optional.of(archive(tail(path)));
        }
        for (Signature signature : SIGNATURES) {
            if (signature.matches(head)) {
                return Optional.of(signature.kind());
            }
        }
        // A pickle's first instruction is its protocol, 2 to 5; field 16 of a protobuf is none that a model has.
        if (head.length > 2 && text.charAt(0) == '\200' && head[1] >= 2 && head[1] <= 5) {
            return Optional.of(
                    new Foreign("a Python pickle (PyTorch or scikit-learn model?), not an ONNX model", PYTORCH));
        }
        // A length of 8 bytes, and that much JSON.
        if (head.length > 9 && text.startsWith("{", 8) && text.startsWith("\0\0\0", 5)) {
            return Optional.of(
                    new Foreign("a safetensors file: weights without a network, not an ONNX model", PYTORCH));
        }
        return isText(head) ? Optional.of(new Foreign("a text file, not an ONNX model")) : protobuf(path);
    }

    /** What a folder is that is no folder with models. */
    static Optional<Foreign> foreignFolder(Path folder) {
        if (Files.isRegularFile(folder.resolve("saved_model.pb"))) {
            return Optional.of(new Foreign("a TensorFlow SavedModel, not an ONNX model", SAVED_MODEL));
        }
        if (Files.isRegularFile(folder.resolve("Manifest.json"))) {
            return Optional.of(new Foreign("a Core ML package, not an ONNX model", CORE_ML));
        }
        return Optional.empty();
    }

    /** What an archive is whose names are in {@code directory}. */
    private static Foreign archive(String directory) {
        if (directory.contains("/data.pkl")) {
            return directory.contains("/code/")
                    ? new Foreign("a TorchScript (PyTorch) archive, not an ONNX model", PYTORCH)
                    : new Foreign("a PyTorch checkpoint, not an ONNX model", PYTORCH);
        }
        if (directory.contains("model.weights.h5")) {
            return new Foreign("a Keras model, not an ONNX model", KERAS);
        }
        if (directory.contains("saved_model.pb")) {
            return new Foreign("a zip archive of a TensorFlow SavedModel, not an ONNX model", SAVED_MODEL);
        }
        if (directory.contains(".mlmodel")) {
            return new Foreign("a zip archive of a Core ML package, not an ONNX model", CORE_ML);
        }
        if (directory.contains(".npy")) {
            return new Foreign("arrays of NumPy (.npz), not an ONNX model");
        }
        return new Foreign("a zip archive, not an ONNX model", "unpack it and give the .onnx file in it");
    }

    private static String tail(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL_BYTES);
            byte[] bytes = new byte[Math.toIntExact(file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** Models of others that are protobufs, too: told by their fields, and by having no graph where ONNX has it. */
    private static Optional<Foreign> protobuf(Path path) throws IOException {
        SortedMap<Integer, Integer> fields = fields(path);
        if (fields.containsKey(7)) {
            return Optional.empty();
        }
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        boolean version = Integer.valueOf(WireFormat.WIRETYPE_VARINT).equals(fields.get(1));
        boolean second = Integer.valueOf(WireFormat.WIRETYPE_LENGTH_DELIMITED).equals(fields.get(2));
        boolean nodes = Integer.valueOf(WireFormat.WIRETYPE_LENGTH_DELIMITED).equals(fields.get(1));
        // Core ML numbers the kinds of its models from 200.
        if (version && second && fields.lastKey() >= 200) {
            return Optional.of(new Foreign("a Core ML model, not an ONNX model", CORE_ML));
        }
        if (version && second && fields.size() == 2 && Files.size(path) > 1000) {
            return Optional.of(new Foreign("a TensorFlow SavedModel, not an ONNX model", SAVED_MODEL));
        }
        if (nodes && fields.lastKey() <= 4) {
            return Optional.of(new Foreign("a graph of TensorFlow, not an ONNX model", FROZEN_GRAPH));
        }
        return Optional.empty();
    }

    /** The fields at the top of a protobuf and their wire types, as far as it is one. */
    private static SortedMap<Integer, Integer> fields(Path path) throws IOException {
        var fields = new TreeMap<Integer, Integer>();
        try (InputStream in = Files.newInputStream(path)) {
            CodedInputStream coded = CodedInputStream.newInstance(in);
            coded.setSizeLimit(Integer.MAX_VALUE);
            for (int i = 0; i < FIELDS; i++) {
                int tag = coded.readTag();
                if (tag == 0) {
                    break;
                }
                fields.putIfAbsent(WireFormat.getTagFieldNumber(tag), WireFormat.getTagWireType(tag));
                if (!coded.skipField(tag)) {
                    break;
                }
            }
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            // Whoever parses it says what is wrong; what was seen before says what it may be.
            fields.putIfAbsent(0, WireFormat.WIRETYPE_VARINT);
        }
        return fields;
    }

    // A model starts with the field ir_version (byte 8, a backspace) or
    // another field whose number or length is no text.
    private static boolean isText(byte[] head) {
        for (byte b : head) {
            boolean whitespace = b == '\t' || b == '\n' || b == '\r' || b == '\f';
            if ((b >= 0 && b < ' ' && !whitespace) || b == 0x7f) {
                return false;
            }
        }
        return true;
    }
}
