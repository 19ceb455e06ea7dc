package dev.signet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ConstantInstruction.LoadConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What no class of Signet may do, read from its instructions: cut a {@code long} down to an {@code int} without a bound, as a
 * file says how long a side is; and format a number in the language of whoever runs it, as numbers get into files.
 */
class ForbiddenCodeTest {
    private static final String INSTEAD_OF_CAST = "cuts a long to an int: use Math.toIntExact or Math.clamp";
    private static final String INSTEAD_OF_FORMAT = "formats a number without Locale.ROOT";

    /** A long that is made by these fits, if its other operand or its bounds are ints. */
    private static final Set<Opcode> BOUNDING = Set.of(Opcode.LUSHR, Opcode.LAND, Opcode.LREM);

    private static final Set<String> BOUNDING_METHODS = Set.of("min", "clamp", "floorMod");

    /** After these only the lowest bits count. */
    private static final Set<Opcode> OF_LOW_BITS =
            Set.of(Opcode.I2B, Opcode.I2S, Opcode.I2C, Opcode.LSHL, Opcode.LSHR, Opcode.LUSHR);

    /** ONNX's Cast is to wrap; a sorted key has an index as its lower half. */
    private static final Set<String> WRAPS =
            Set.of("dev.signet.engine.operator.Cast", "dev.signet.core.heatmap.SortedGroup");

    private static final String CONVERSION = "%(\\d+\\$)?[-#+ 0,(]*\\d*(\\.\\d+)?";
    private static final Pattern ANY = Pattern.compile(CONVERSION + "[a-zA-Z%]");
    private static final Pattern NUMBER = Pattern.compile(CONVERSION + "[dfeEgGxXoaA]");

    @Test
    void noClassDoesIt() throws IOException, URISyntaxException {
        List<String> found = new ArrayList<>();
        int classes = 0;
        for (URL root : Collections.list(getClass().getClassLoader().getResources("dev/signet"))) {
            if (root.getPath().matches(".*(test-classes|testkit).*")) {
                continue;
            }
            FileSystem jar =
                    root.getProtocol().equals("jar") ? FileSystems.newFileSystem(root.toURI(), Map.of()) : null;
            try (jar;
                    Stream<Path> files = Files.walk(Path.of(root.toURI()))) {
                for (Path file :
                        files.filter(one -> one.toString().endsWith(".class")).toList()) {
                    found.addAll(found(Files.readAllBytes(file)));
                    classes++;
                }
            }
        }
        assertThat(classes).isGreaterThan(500);
        assertThat(found).isEmpty();
    }

    /** Does all of it, and what may be done beside it. */
    private static final class Culprit {
        static int cast(long side) {
            return (int) side;
        }

        static int bounded(long side, int most) {
            return (int) Math.min(side, most) + (int) (side & 7) + (byte) side + (int) (1L << side);
        }

        static String formatted(int side, String name) {
            return "%d %%".formatted(side) + "%s".formatted(name) + String.format(Locale.ROOT, "%5.1f", 1.5);
        }

        static String inside(int side) {
            return "'%s'".formatted("%,d".formatted(side));
        }

        static String unknown(String format) {
            return String.format(format, 1);
        }
    }

    @Test
    void itIsFoundWhereItIs() throws IOException {
        List<String> found;
        try (InputStream bytes =
                Objects.requireNonNull(getClass().getResourceAsStream("ForbiddenCodeTest$Culprit.class"))) {
            found = found(bytes.readAllBytes());
        }
        assertThat(Culprit.cast(1) + Culprit.bounded(1, 2)).isPositive();
        assertThat(Culprit.formatted(1, "a") + Culprit.inside(1) + Culprit.unknown(""))
                .isNotEmpty();
        assertThat(found)
                .extracting(one -> one.replaceAll("\\S+\\.(\\w+):\\d+ ", "$1: "))
                .containsExactlyInAnyOrder(
                        "cast: " + INSTEAD_OF_CAST,
                        "bounded: " + INSTEAD_OF_CAST,
                        "formatted: " + INSTEAD_OF_FORMAT,
                        "inside: " + INSTEAD_OF_FORMAT,
                        "unknown: " + INSTEAD_OF_FORMAT);
    }

    private static List<String> found(byte[] bytes) {
        ClassModel model = ClassFile.of().parse(bytes);
        String name = model.thisClass().asInternalName().replace('/', '.');
        List<String> found = new ArrayList<>();
        for (MethodModel method : model.methods()) {
            if (method.code().isPresent()) {
                new Reading(name, method, found).read();
            }
        }
        return found;
    }

    /** Goes through the instructions of a method. */
    private static final class Reading {
        private final String owner;
        private final MethodModel method;
        private final List<String> found;
        private final List<Instruction> instructions = new ArrayList<>();
        private final List<Integer> lines = new ArrayList<>();
        /** Formats that were loaded and not yet used; what is formatted as an argument of another is inside of it. */
        private final Deque<String> formats = new ArrayDeque<>();

        Reading(String owner, MethodModel method, List<String> found) {
            this.owner = owner;
            this.method = method;
            this.found = found;
        }

        void read() {
            int line = 0;
            for (CodeElement element : method.code().orElseThrow()) {
                if (element instanceof LineNumber number) {
                    line = number.line();
                } else if (element instanceof Instruction instruction) {
                    instructions.add(instruction);
                    lines.add(line);
                }
            }
            for (int i = 0; i < instructions.size(); i++) {
                switch (instructions.get(i)) {
                    case LoadConstantInstruction constant -> {
                        if (constant.constantValue() instanceof String text
                                && ANY.matcher(text).find()) {
                            formats.push(text);
                        }
                    }
                    case InvokeInstruction call -> readCall(call, i);
                    case Instruction other -> {
                        if (other.opcode() == Opcode.L2I && !WRAPS.contains(owner) && !isBounded(i)) {
                            report(i, INSTEAD_OF_CAST);
                        }
                    }
                }
            }
        }

        private boolean isBounded(int i) {
            Instruction before = instructions.get(i - 1);
            boolean bounded = before instanceof InvokeInstruction call
                    ? BOUNDING_METHODS.contains(call.name().stringValue())
                    : BOUNDING.contains(before.opcode());
            return bounded
                    || (i + 1 < instructions.size()
                            && OF_LOW_BITS.contains(instructions.get(i + 1).opcode()));
        }

        private void readCall(InvokeInstruction call, int i) {
            String name = call.name().stringValue();
            String type = call.type().stringValue();
            boolean formats = call.owner().asInternalName().startsWith("java/")
                    && (name.equals("formatted") || name.equals("format") || name.equals("printf"))
                    && type.contains("[Ljava/lang/Object;");
            if (!formats) {
                return;
            }
            String format = this.formats.poll();
            if (!type.startsWith("(Ljava/util/Locale;")
                    && (format == null || NUMBER.matcher(format).find())) {
                report(i, INSTEAD_OF_FORMAT);
            }
        }

        private void report(int i, String what) {
            found.add(owner + "." + method.methodName().stringValue() + ":" + lines.get(i) + " " + what);
        }
    }
}
