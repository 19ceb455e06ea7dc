package dev.signet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code signet}, in a folder of its own with a Java and a Maven that only say how they are called. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    @TempDir
    private Path folder = Path.of("");

    private Path home = Path.of("");

    /** What the shell says that starts it. */
    private String limits = ":";

    @BeforeEach
    void makeHome() throws IOException {
        home = Files.createDirectories(folder.resolve("a home"));
        Files.copy(Path.of("..", "signet"), home.resolve("signet"));
        Files.writeString(home.resolve("pom.xml"), "");
        Files.createDirectories(home.resolve("signet-cli/src/main"));
        Files.writeString(home.resolve("signet-cli/pom.xml"), "");
        script("bin/mvn", "echo \"mvn $*\" >> '" + folder + "/builds'; mkdir -p signet-cli/target/lib");
        java("25", "for a in \"$@\"; do echo \"$a\"; done");
    }

    @Test
    void buildsOnFirstUseAndAfterAChangeAndPassesArguments() throws Exception {
        CommandRun first = launch("quantize", "my model.onnx", "--bits", "conv*=4,*=2");
        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(first.out().lines().toList())
                .containsSubsequence("dev.signet.cli.Main", "quantize", "my model.onnx", "--bits", "conv*=4,*=2");
        assertThat(first.err()).contains("building");
        assertThat(launch("demo").err()).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("builds"))).hasSize(1);

        Path source = Files.writeString(home.resolve("signet-cli/src/main/New.java"), "");
        Files.setLastModifiedTime(
                source, java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() + 5_000));
        launch("demo");
        assertThat(Files.readAllLines(folder.resolve("builds"))).hasSize(2);
    }

    @Test
    void trainingIsOnTheClassPathWhereItIsBuilt() throws Exception {
        assertThat(launch("train").out()).doesNotContain("signet-train");
        Files.createDirectories(home.resolve("signet-train/target/lib"));
        assertThat(launch("train").out()).contains("signet-train/target/classes", "signet-train/target/lib/*");
    }

    @Test
    void sparkIsBuiltForTheFirstSweepAndIsOnTheClassPathOfSweepsOnly() throws Exception {
        launch("demo");
        assertThat(Files.readString(folder.resolve("builds"))).contains("!signet-spark");
        script("bin/mvn", "echo \"mvn $*\" >> '" + folder + "/builds'; mkdir -p signet-spark/target/lib");
        assertThat(launch("sweep", "plan.yaml").out())
                .contains("signet-spark/target/classes", "signet-spark/target/lib/*", "signet-spark/java.options");
        assertThat(Files.readAllLines(folder.resolve("builds")))
                .hasSize(2)
                .last()
                .asString()
                .doesNotContain("spark");
        assertThat(launch("demo").out())
                .contains("signet-spark/target/classes")
                .doesNotContain("signet-spark/target/lib", "java.options");
        assertThat(Files.readAllLines(folder.resolve("builds"))).hasSize(2);
    }

    @Test
    void aBuildThatFailsIsSaid() throws Exception {
        script("bin/mvn", "echo something is wrong; exit 1");
        CommandRun failed = launch("demo");
        assertThat(failed.exit()).isEqualTo(3);
        assertThat(failed.err()).contains("something is wrong", "the build failed");
    }

    @Test
    void tooFewOpenFilesAreSaidBeforeJavaDies() throws Exception {
        launch("demo");
        limits = "ulimit -n 20";
        CommandRun few = launch("demo");
        assertThat(few.exit()).isEqualTo(3);
        assertThat(few.err()).hasLineCount(1).contains("ulimit -n", "256");
    }

    @Test
    void startsWithoutAHome() throws Exception {
        limits = "unset HOME";
        CommandRun homeless = launch("demo");
        assertThat(homeless.exit()).as(homeless.err()).isZero();
        assertThat(homeless.out()).contains("dev.signet.cli.Main");
    }

    private void java(String version, String body) throws IOException {
        script("jdk/bin/java", body);
        script("jdk/bin/jar", "exit 0");
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"" + version + "\"\n");
    }

    private void script(String name, String body) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private CommandRun launch(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", "-c", limits + "; exec bash \"$@\"", "bash"));
        command.add(home.resolve("signet").toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("SIGNET_JAVA_HOME", folder.resolve("jdk").toString());
        builder.redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new CommandRun(
                process.exitValue(), Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
    }
}
