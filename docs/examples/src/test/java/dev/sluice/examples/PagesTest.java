package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the README shows of tests and of Spring Boot is a piece of an example that is run here. */
class PagesTest {
    private static final Pattern PROGRAM = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void thePiecesInTheReadmeAreThoseOfTheExamples() throws IOException {
        String examples;
        try (var files = Files.walk(Path.of("src"))) {
            examples = files.filter(file -> file.toString().endsWith(".java"))
                    .map(PagesTest::read)
                    .map(PagesTest::withoutBlanks)
                    .collect(Collectors.joining());
        }
        List<String> pieces = PROGRAM.matcher(read(Path.of("../../README.md")))
                .results()
                .map((MatchResult found) -> found.group(1))
                .filter(piece -> piece.contains("@SluiceServer") || piece.contains("@JmsListener"))
                .map(PagesTest::withoutBlanks)
                .toList();
        assertThat(pieces).hasSize(2).allSatisfy(piece -> assertThat(examples).contains(piece));
    }

    private static String withoutBlanks(String text) {
        return text.replaceAll("\\s+", "");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
