package dev.signet.onnx.store;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import dev.signet.onnx.file.ExternalData;
import dev.signet.onnx.file.ModelTensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.tensor.TensorReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Serializes a model, the same bytes every time, to one file or to a file and its external data. */
final class ModelWriter {
    /** From here on values go to an external file: a message can have 2 GB, and some readers need room beside it. */
    static final long MAX_FILE_BYTES = 1_900_000_000L;

    // Small tensors stay in the file: shapes and the like must be there for shape inference.
    private static final long MIN_EXTERNAL_BYTES = 1024;
    private static final int ALIGNMENT = 64;

    private final OnnxModel model;
    private final TensorReader reader;
    private final long maxFileBytes;

    ModelWriter(OnnxModel model, long maxFileBytes) {
        this.model = model;
        this.reader = new TensorReader(model);
        this.maxFileBytes = maxFileBytes;
    }

    /** Writes {@code file}, and {@code data} where the file would become too large without. */
    void write(Path file, Path data) throws IOException {
        ModelProto proto;
        if (ModelTensors.storedBytes(model) <= maxFileBytes) {
            proto = ModelTensors.map(model.proto(), reader::embedded);
        } else {
            try (FileChannel channel =
                    FileChannel.open(data, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                String location = String.valueOf(data.getFileName());
                proto = ModelTensors.mapInitializers(
                        model.proto(), tensor -> pushedOut(tensor, channel, location), reader::embedded);
                channel.force(true);
            }
        }
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            CodedOutputStream coded = CodedOutputStream.newInstance(out, 1 << 16);
            coded.useDeterministicSerialization();
            proto.writeTo(coded);
            coded.flush();
        }
    }

    /** The tensor with its values at the end of {@code channel}. */
    private TensorProto pushedOut(TensorProto tensor, FileChannel channel, String location) throws IOException {
        boolean movable = tensor.hasRawData() || ExternalData.isExternal(tensor);
        if (!movable || reader.bytes(tensor) < MIN_EXTERNAL_BYTES) {
            return reader.embedded(tensor);
        }
        long length = reader.bytes(tensor);
        long offset = Math.ceilDiv(channel.position(), ALIGNMENT) * ALIGNMENT;
        channel.position(offset);
        if (ExternalData.isExternal(tensor)) {
            ExternalData.of(model).copy(tensor, length, channel);
        } else {
            for (var part : tensor.getRawData().asReadOnlyByteBufferList()) {
                while (part.hasRemaining()) {
                    channel.write(part);
                }
            }
        }
        return tensor.toBuilder()
                .clearRawData()
                .clearExternalData()
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", location))
                .addExternalData(entry("offset", Long.toString(offset)))
                .addExternalData(entry("length", Long.toString(length)))
                .build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
