package dev.sluice.compliance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Holds the table of docs/compliance.md (which tests show which section) to the tests that are there.
 * {@code -Dcompliance.write=true} writes it anew.
 */
class SpecificationTableTest {
    private static final Path DOCUMENT = Path.of("../docs/compliance.md");
    private static final String BEGIN = "<!-- sections: written by SpecificationTableTest -->\n";
    private static final String END = "<!-- end of sections -->\n";
    private static final String EMPTY_DOCUMENT = "# Compliance with Jakarta Messaging 3.1\n\n" + BEGIN + END;

    /**
     * One heading of the specification.
     *
     * @param reason why it, or a part of it, has no test; empty when it has all its tests
     */
    private record Heading(String number, String title, String reason) {}

    private final Map<String, Heading> headings = headings();
    private final Map<String, List<Method>> tests = tests();

    @Test
    void everySectionHasATestOrAReason() {
        assertThat(headings.values())
                .filteredOn(heading -> heading.reason().isEmpty() && !tests.containsKey(heading.number()))
                .as("sections with neither a test nor a reason in sections.txt")
                .isEmpty();
    }

    @Test
    void everyTestNamesASectionThatExists() {
        assertThat(headings.keySet()).containsAll(tests.keySet());
    }

    @Test
    void theDocumentShowsTheTable() throws IOException {
        String document = Files.exists(DOCUMENT) ? Files.readString(DOCUMENT, UTF_8) : EMPTY_DOCUMENT;
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        assertThat(begin).as("place of '%s' in %s", BEGIN.strip(), DOCUMENT).isNotNegative();
        assertThat(end).as("place of '%s' in %s", END.strip(), DOCUMENT).isGreaterThan(begin);
        String expected = document.substring(0, begin + BEGIN.length()) + table() + document.substring(end);
        if (Boolean.getBoolean("compliance.write")) {
            Files.writeString(DOCUMENT, expected, UTF_8);
        } else {
            assertThat(document)
                    .as("%s; -Dcompliance.write=true writes it anew", DOCUMENT)
                    .isEqualTo(expected);
        }
    }

    private String table() {
        StringBuilder table = new StringBuilder("| section | title | tests |\n|---|---|---|\n");
        for (Heading heading : headings.values()) {
            List<String> cells = new ArrayList<>(cells(tests.getOrDefault(heading.number(), List.of())));
            if (!heading.reason().isEmpty()) {
                cells.add("*" + heading.reason() + "*");
            }
            table.append("| %s | %s | %s |%n"
                    .formatted(heading.number(), heading.title(), String.join("; ", cells))
                    .replace(System.lineSeparator(), "\n"));
        }
        return table.toString();
    }

    private static List<String> cells(List<Method> methods) {
        Map<String, TreeSet<String>> names = new TreeMap<>();
        for (Method method : methods) {
            names.computeIfAbsent(method.getDeclaringClass().getSimpleName(), type -> new TreeSet<>())
                    .add(method.getName());
        }
        return names.entrySet().stream()
                .map(entry ->
                        "`" + entry.getKey() + "`: " + entry.getValue().stream().collect(joining(", ")))
                .toList();
    }

    private static Map<String, Heading> headings() {
        Map<String, Heading> headings = new LinkedHashMap<>();
        try (var resource = requireNonNull(SpecificationTableTest.class.getResourceAsStream("sections.txt"))) {
            for (String line :
                    new String(resource.readAllBytes(), UTF_8).lines().toList()) {
                String[] parts = line.split("\\|", -1);
                assertThat(parts).as("number | title | reason: %s", line).hasSize(3);
                headings.put(parts[0].strip(), new Heading(parts[0].strip(), parts[1].strip(), parts[2].strip()));
            }
        } catch (IOException error) {
            throw new AssertionError(error);
        }
        return headings;
    }

    private static Map<String, List<Method>> tests() {
        Map<String, List<Method>> tests = new LinkedHashMap<>();
        for (Class<?> type : classes()) {
            for (Method method : type.getDeclaredMethods()) {
                Section section = method.getAnnotation(Section.class);
                for (String number : section == null ? new String[0] : section.value()) {
                    tests.computeIfAbsent(number, key -> new ArrayList<>()).add(method);
                }
            }
        }
        return tests;
    }

    private static List<Class<?>> classes() {
        String folder = SpecificationTableTest.class.getPackageName().replace('.', '/');
        List<Class<?>> classes = new ArrayList<>();
        try {
            Path root = Path.of(SpecificationTableTest.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (var files = Files.list(root.resolve(folder))) {
                for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
                    String name = root.relativize(file).toString();
                    if (name.endsWith(".class") && !name.contains("package-info")) {
                        classes.add(Class.forName(
                                name.substring(0, name.length() - 6)
                                        .replace('/', '.')
                                        .replace('\\', '.'),
                                false,
                                SpecificationTableTest.class.getClassLoader()));
                    }
                }
            }
        } catch (IOException | URISyntaxException | ClassNotFoundException error) {
            throw new AssertionError(error);
        }
        return classes;
    }
}
