package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSContext;
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

/** The programs in the README and in the pages compile, run, and do what they say. */
class ReadmeIT {
    private static final Pattern PROGRAM = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void theProgramInTheReadmeRuns() throws IOException {
        // An application brings its own logging, or hears from SLF4J that it has none.
        assertThat(run("../README.md", "Hello")
                        .lines()
                        .filter(line -> !line.startsWith("SLF4J"))
                        .toList())
                .isEqualTo(List.of("one sluice gate"));
    }

    @Test
    void theProgramWithADatabaseRuns() throws IOException {
        try (JMSContext context = server.factory().createContext()) {
            context.createProducer().send(context.createQueue("orders"), "a gate");

            String output = run("../docs/transactions.md", "Orders");

            assertThat(output.lines()).contains("billed: a gate");
            assertThat(context.createConsumer(context.createQueue("bills")).receiveBody(String.class, 10_000))
                    .isEqualTo("bill for a gate");
        }
    }

    /** Compiles and runs the program of this name in a page; returns what it said. */
    private String run(String page, String name) throws IOException {
        Matcher program = PROGRAM.matcher(Files.readString(Path.of(page)));
        String source = program.results()
                .map(found -> found.group(1))
                .filter(text -> text.contains("class " + name + " {"))
                .findFirst()
                .orElseThrow()
                .replace("sluice://localhost:7676", server.url())
                .replace("jdbc:h2:file:./", "jdbc:h2:file:" + directory + "/")
                .replace("\"transactions\"", "\"" + directory + "/transactions\"");
        Path file = Files.writeString(directory.resolve(name + ".java"), source);
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", JavaProcess.productClassPath(), file.toString());
        assertThat(compiled).isZero();
        JavaProcess application = JavaProcess.ofAnApplication(directory.resolve("output.txt"), directory, name);
        assertThat(application.awaitExit(Duration.ofSeconds(60)))
                .as(application.output())
                .isZero();
        return application.output();
    }
}
