package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The program in the README compiles, runs, and does what it says. */
class ReadmeIT {
    private static final Pattern PROGRAM = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void theProgramInTheReadmeRuns() throws IOException {
        Matcher program = PROGRAM.matcher(Files.readString(Path.of("../README.md")));
        assertThat(program.find()).isTrue();
        String source = program.group(1).replace("sluice://localhost:7676", server.url());
        Path file = Files.writeString(directory.resolve("Hello.java"), source);
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", JavaProcess.productClassPath(), file.toString());
        assertThat(compiled).isZero();

        JavaProcess hello = JavaProcess.ofAnApplication(directory.resolve("output.txt"), directory, "Hello");

        assertThat(hello.awaitExit(Duration.ofSeconds(60))).as(hello.output()).isZero();
        // An application brings its own logging, or hears from SLF4J that it has none.
        assertThat(hello.output()
                        .lines()
                        .filter(line -> !line.startsWith("SLF4J"))
                        .toList())
                .isEqualTo(List.of("one sluice gate"));
    }
}
