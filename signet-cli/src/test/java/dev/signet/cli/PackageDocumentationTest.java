package dev.signet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the packages say of each other. */
class PackageDocumentationTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern NAME = Pattern.compile("dev\\.signet(?:\\.\\w+)+");

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.toList()) {
                Path java = module.resolve("src/main/java");
                if (Files.isDirectory(java)) {
                    try (Stream<Path> files = Files.walk(java)) {
                        files.filter(Files::isRegularFile).forEach(sources::add);
                    }
                }
            }
        }
        return sources;
    }

    @Test
    void everyPackageHasItsSentencesAndNamesOnlyWhatIsThere() throws IOException {
        List<Path> sources = sources();
        assertThat(sources).hasSizeGreaterThan(400);
        for (Path source : sources) {
            Path information = source.resolveSibling("package-info.java");
            assertThat(information).exists();
            if (source.equals(information)) {
                String text = Files.readString(source);
                assertThat(text).as(source.toString()).contains("/**");
                Matcher names = NAME.matcher(text);
                while (names.find()) {
                    String named = names.group().replace('.', '/');
                    assertThat(sources)
                            .as("%s names %s", source, names.group())
                            .anyMatch(file -> String.valueOf(file).contains("/" + named + ".java")
                                    || String.valueOf(file).contains("/" + named + "/"));
                }
            }
        }
    }
}
