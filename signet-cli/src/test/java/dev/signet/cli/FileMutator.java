package dev.signet.cli;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.random.RandomGenerator;

/** Makes hostile files of sound ones. */
final class FileMutator {
    private FileMutator() {}

    /** A sound file of a target changed in a few places: in most models fields, in all others bytes. */
    static byte[] changed(FuzzTarget target, byte[] bytes, RandomGenerator dice) throws IOException {
        return target == FuzzTarget.MODEL && dice.nextInt(8) > 0 ? mutated(bytes, dice) : damaged(bytes, dice);
    }

    private static byte[] mutated(byte[] model, RandomGenerator dice) throws IOException {
        Message message = ModelProto.parseFrom(model);
        var mutator = new ModelMutator(dice);
        for (int i = dice.nextInt(4); i >= 0; i--) {
            message = mutator.mutate(message);
        }
        return message.toByteArray();
    }

    private static byte[] damaged(byte[] bytes, RandomGenerator dice) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(bytes);
        for (int i = dice.nextInt(5); i >= 0; i--) {
            byte[] current = out.toByteArray();
            if (current.length == 0) {
                break;
            }
            int at = dice.nextInt(Math.min(current.length, dice.nextBoolean() ? 200 : current.length));
            out.reset();
            switch (dice.nextInt(5)) {
                case 0 -> out.write(current, 0, at);
                case 1 -> {
                    out.write(current, 0, at);
                    int skipped = Math.min(current.length, at + dice.nextInt(16));
                    out.write(current, skipped, current.length - skipped);
                }
                case 2 -> {
                    current[at] = (byte) dice.nextInt(256);
                    out.writeBytes(current);
                }
                case 3 -> {
                    out.write(current, 0, at);
                    out.writeBytes(new byte[] {-1, -1, -1, 127});
                    out.write(current, Math.min(at + 4, current.length), Math.max(0, current.length - at - 4));
                }
                default -> {
                    current[at] ^= (byte) (1 << dice.nextInt(8));
                    out.writeBytes(current);
                }
            }
        }
        return out.toByteArray();
    }
}
