package dev.signet.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** One call of the command line, in this process. */
record CommandRun(int exit, String out, String err) {
    static CommandRun signet(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        int exit = Main.execute(new PrintWriter(out), new PrintWriter(err), texts);
        return new CommandRun(exit, out.toString(), err.toString());
    }

    /** One call in a process of its own, after {@code setUp} in its shell: a limit, a variable. */
    static CommandRun inProcess(String setUp, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", setUp + "; exec \"$@\"", "bash"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Xmx1g"));
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("-Donnxruntime.native.path=" + Natives.FOLDER);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.signet.cli.Main"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path out = Files.createTempFile("signet", ".out");
        Path err = Files.createTempFile("signet", ".err");
        try {
            int exit = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start()
                    .waitFor();
            String errors = Files.readString(err).replaceFirst("WARNING: Using incubator modules.*\\R", "");
            return new CommandRun(exit, Files.readString(out), errors);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** ONNX Runtime's libraries as the launcher unpacks them: a process with limits could not. */
    private static final class Natives {
        static final Path FOLDER = unpacked();

        private static Path unpacked() {
            try {
                Path folder = Files.createTempDirectory("signet-natives");
                folder.toFile().deleteOnExit();
                String from = "/ai/onnxruntime/native/linux-%s/"
                        .formatted(System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x64");
                for (String name : List.of("libonnxruntime.so", "libonnxruntime4j_jni.so")) {
                    Path file = folder.resolve(name);
                    try (InputStream library = CommandRun.class.getResourceAsStream(from + name)) {
                        Files.copy(Objects.requireNonNull(library), file);
                    }
                    file.toFile().deleteOnExit();
                }
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
