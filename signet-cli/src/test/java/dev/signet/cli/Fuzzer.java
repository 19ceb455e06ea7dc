package dev.signet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * What Jazzer calls ({@code mvn -Pfuzz}), with {@code -Dsignet.fuzz.target} and, if there are more sound files than those of
 * {@link FuzzSeeds}, their folder in {@code -Dsignet.fuzz.seeds}. An odd first byte is followed by a file; an even
 * one chooses a sound file, and what follows decides how it is changed, so that the search for new paths is one among changes
 * of fields.
 */
public final class Fuzzer {
    private static final FuzzTarget TARGET = FuzzTarget.valueOf(System.getProperty("signet.fuzz.target", "MODEL"));
    /** As many as seven bits choose from. */
    private static final int MOST_SOUND = 128;

    private static final Path FOLDER = folder();
    private static final List<byte[]> SOUND = sound();

    private Fuzzer() {}

    private static Path folder() {
        try {
            return Files.createTempDirectory("signet-fuzz");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<byte[]> sound() {
        try {
            List<byte[]> sound = new ArrayList<>(FuzzSeeds.of(TARGET, FOLDER));
            String more = System.getProperty("signet.fuzz.seeds", "");
            if (!more.isEmpty()) {
                try (Stream<Path> files = Files.list(Path.of(more))) {
                    for (Path file :
                            files.sorted().limit(MOST_SOUND - sound.size()).toList()) {
                        sound.add(Files.readAllBytes(file));
                    }
                }
            }
            return List.copyOf(sound);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Loads what the first cases need: instrumenting it may take longer than a case may. */
    public static void fuzzerInitialize() throws IOException {
        for (byte[] file : SOUND) {
            TARGET.feed(file, FOLDER.resolve("fuzzed"));
        }
    }

    /** One case. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        if (data.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(data, 1, data.length);
        byte[] file = (data[0] & 1) != 0
                ? rest
                : FileMutator.changed(TARGET, SOUND.get((data[0] & 0xff) / 2 % SOUND.size()), new BytesAsDice(rest));
        TARGET.feed(file, FOLDER.resolve("fuzzed"));
    }

    /** Choices read from bytes; zeros when they are used up. */
    private static final class BytesAsDice implements RandomGenerator {
        private final byte[] bytes;
        private int next;

        BytesAsDice(byte[] bytes) {
            this.bytes = bytes;
        }

        private int nextByte() {
            return next < bytes.length ? bytes[next++] & 0xff : 0;
        }

        @Override
        public long nextLong() {
            long value = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                value = value << 8 | nextByte();
            }
            return value;
        }

        @Override
        public int nextInt(int bound) {
            return bound <= 256 ? nextByte() % bound : (nextByte() << 8 | nextByte()) % bound;
        }
    }
}
