package dev.signet.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checked-in kernels are those that {@link KernelGenerator} writes. */
class KernelGeneratorTest {
    static Iterable<String> names() {
        return KernelGenerator.sources().keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void sourcesAreThoseOfTheGenerator(String name) throws IOException {
        assertThat(Files.readString(KernelGenerator.path(name)))
                .isEqualTo(KernelGenerator.sources().get(name));
    }
}
