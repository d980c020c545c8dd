package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The {@code sluice} script at the root, with what the build has made. */
@DisabledOnOs(OS.WINDOWS)
class LauncherIT {
    private static final int LINES = 2_000;
    /** For what hangs: on a slow machine three servers alone were seen to take a minute to start. */
    private static final int LIMIT_SECONDS = 240;

    private static final Path LAUNCHER = Path.of("../sluice").toAbsolutePath().normalize();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void runsACommandFromAnyDirectoryAndThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("sluice"), LAUNCHER);

        Run run = run(Map.of(), link.toString(), "--version");

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(run.output()).containsIgnoringCase("sluice");
    }

    @Test
    void handsOnTheExitCode() throws Exception {
        Run run = run(Map.of(), LAUNCHER.toString(), "no-such-command");

        assertThat(run.exit()).as(run.output()).isEqualTo(2);
        assertThat(run.output()).contains("no-such-command");
    }

    @Test
    void saysWhatIsWrongWithTheJavaItFinds() throws Exception {
        Path home = Files.createDirectories(directory.resolve("old/bin"));
        Path java = Files.writeString(
                home.resolve("java"), "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();

        Run run = run(Map.of("JAVA_HOME", directory.resolve("old").toString()), LAUNCHER.toString(), "version");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.output()).contains("is Java 11").contains("17 or newer");
    }

    @Test
    void takesOptionsForTheJvmFromTheEnvironment() throws Exception {
        Run run = run(Map.of("SLUICE_JAVA_OPTS", "-Xmx64m -XX:+PrintFlagsFinal"), LAUNCHER.toString(), "version");

        assertThat(run.exit()).isZero();
        assertThat(run.output()).containsPattern("MaxHeapSize\\s*= " + 64 * 1024 * 1024);
    }

    @Test
    void aServerHasTheHeapOfTheLauncherUnlessAnotherIsAskedFor() throws Exception {
        Run own = run(
                Map.of("SLUICE_JAVA_OPTS", "-XX:+PrintFlagsFinal"), LAUNCHER.toString(), "server", "--print-config");
        Run other = run(
                Map.of("SLUICE_JAVA_OPTS", "-XX:+PrintFlagsFinal -Xmx128m"),
                LAUNCHER.toString(),
                "server",
                "--print-config");

        assertThat(own.exit()).as(own.output()).isZero();
        assertThat(own.output())
                .containsPattern("MaxHeapSize\\s*= " + 512 * 1024 * 1024)
                .containsPattern("MaxNewSize\\s*= " + 128 * 1024 * 1024);
        assertThat(other.exit()).as(other.output()).isZero();
        assertThat(other.output()).containsPattern("MaxHeapSize\\s*= " + 128 * 1024 * 1024);
    }

    @Test
    void itsDemonstrationsProveWhatTheyShow() throws Exception {
        Path lines = Files.write(
                directory.resolve("lines.txt"),
                IntStream.range(0, LINES).mapToObj(line -> "line " + line).toList());

        Run alone = run(Map.of(), LAUNCHER.toString(), "demo", lines.toString());
        Run cluster = run(Map.of(), LAUNCHER.toString(), "cluster", "demo", lines.toString());

        assertThat(alone.exit()).as(alone.output()).isZero();
        assertThat(alone.output()).contains("Every line arrived once and in order");
        assertThat(cluster.exit()).as(cluster.output()).isZero();
        assertThat(cluster.output()).contains("Killed", "Nothing was lost or doubled, though the leader was killed");
    }

    private Run run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)));
        builder.directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("SLUICE_NO_BUILD", "1");
        builder.environment().putAll(environment);
        Path output = directory.resolve("output.txt");
        Process process = builder.redirectOutput(output.toFile()).start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            // So that a demonstration ends its servers.
            process.destroy();
            boolean unused = process.waitFor(10, TimeUnit.SECONDS);
            process.destroyForcibly();
            throw new AssertionError("the launcher still runs after " + LIMIT_SECONDS + " s");
        }
        return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    /** How it ended. */
    private record Run(int exit, String output) {}
}
