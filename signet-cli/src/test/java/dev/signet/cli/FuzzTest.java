package dev.signet.cli;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sound files of each kind, changed at random, and the bytes that once were too much for a target. */
class FuzzTest {
    private static final long NANOS = Long.getLong("signet.fuzz.seconds", 5) * 1_000_000_000L;

    /** What a build tries is the same on every machine that is fast enough; who gives seconds gets all that fit. */
    private static final long SEEDS = Long.getLong("signet.fuzz.seconds") == null ? 300 : Long.MAX_VALUE / 2;

    private static final Path KEPT = Path.of("src/test/resources/fuzz");

    @TempDir
    Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void nameFile() {
        file = folder.resolve("fuzzed");
    }

    private void feed(FuzzTarget target, byte[] bytes, String what) {
        assertTimeoutPreemptively(
                ofSeconds(10),
                () -> {
                    try {
                        target.feed(bytes, file);
                    } catch (Throwable e) {
                        Path kept =
                                Files.write(Path.of("target", "fuzz-" + target + "-" + what.replace(' ', '-')), bytes);
                        throw new AssertionError(target + ", " + what + ": " + e + "; see " + kept.toAbsolutePath(), e);
                    }
                },
                () -> target + ", " + what);
    }

    @ParameterizedTest
    @EnumSource
    void whatWasTooMuchOnce(FuzzTarget target) throws IOException {
        Path kept = KEPT.resolve(target.name().toLowerCase(Locale.ROOT));
        if (Files.isDirectory(kept)) {
            try (Stream<Path> files = Files.list(kept)) {
                for (Path one : files.sorted().toList()) {
                    feed(target, Files.readAllBytes(one), one.getFileName().toString());
                }
            }
        }
    }

    /** 300 seeds of each target, at most five seconds (or {@code -Dsignet.fuzz.seconds} of it); the seed is in the message. */
    @ParameterizedTest
    @EnumSource
    void changedFiles(FuzzTarget target) throws IOException {
        List<byte[]> sound = FuzzSeeds.of(target, folder);
        for (byte[] bytes : sound) {
            feed(target, bytes, "unchanged");
        }
        long end = System.nanoTime() + NANOS;
        long first = Long.getLong("signet.fuzz.seed", 0);
        for (long seed = first; seed == first || (System.nanoTime() < end && seed < first + SEEDS); seed++) {
            var dice = new SplittableRandom(seed);
            byte[] bytes = sound.get(dice.nextInt(sound.size()));
            feed(target, FileMutator.changed(target, bytes, dice), "seed " + seed);
        }
    }
}
