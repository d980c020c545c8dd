package dev.sluice.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The results of a whole run in docs/compliance.md: each package, how many tests it has and how many passed. */
final class ComplianceTable {
    private static final Path DOCUMENT = Path.of("../docs/compliance.md");
    private static final String BEGIN = "<!-- tck: written by OfficialTck, mvn -Ptck verify -->\n";
    private static final String END = "<!-- end of tck -->\n";

    private ComplianceTable() {}

    static void write(Map<Reach, TckRun> runs, int workers) throws IOException {
        String document = Files.readString(DOCUMENT, UTF_8);
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException(
                    DOCUMENT + " has no place for the table: '" + BEGIN.strip() + "' and '" + END.strip() + "'");
        }
        String head = document.substring(0, begin + BEGIN.length());
        Files.writeString(DOCUMENT, head + text(runs, workers) + document.substring(end), UTF_8);
    }

    /** What stands between the marks. */
    static String text(Map<Reach, TckRun> runs, int workers) {
        List<TckRun> columns = Stream.of(Reach.values())
                .map(reach -> Objects.requireNonNull(runs.get(reach)))
                .toList();
        StringBuilder text = new StringBuilder(
                "| package | tests | passed over TCP | passed embedded | passed on a cluster |\n|---|---:|---:|---:|---:|\n");
        packages(columns.get(0))
                .keySet()
                .forEach(name -> text.append(row(
                        "`" + name + "`",
                        columns.stream()
                                .map(run -> packages(run).getOrDefault(name, List.of()))
                                .toList())));
        text.append(row("all", columns.stream().map(TckRun::results).toList()));
        text.append(
                "\nTime, summed over the tests (a test's own set-up and clean-up are in it, the start of its server is not): over TCP %s, embedded %s,"
                        .formatted(
                                seconds(columns.get(0).summedMillis()),
                                seconds(columns.get(1).summedMillis())));
        text.append("\non a cluster %s. Wall time with %d tests side by side on %d cores, Java %s: %s, %s and %s.\n"
                .formatted(
                        seconds(columns.get(2).summedMillis()),
                        workers,
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.version"),
                        seconds(columns.get(0).wallMillis()),
                        seconds(columns.get(1).wallMillis()),
                        seconds(columns.get(2).wallMillis())));
        return text.toString();
    }

    private static Map<String, List<TckResult>> packages(TckRun run) {
        return run.results().stream()
                .collect(Collectors.groupingBy(
                        result -> result.test().packageName(), TreeMap::new, Collectors.toList()));
    }

    private static String row(String name, List<List<TckResult>> columns) {
        return "| %s | %d | %s |\n"
                .formatted(
                        name,
                        columns.get(0).size(),
                        columns.stream()
                                .map(results -> Long.toString(passed(results)))
                                .collect(Collectors.joining(" | ")));
    }

    private static long passed(List<TckResult> results) {
        return results.stream().filter(TckResult::passed).count();
    }

    private static String seconds(long millis) {
        return "%,d s".formatted(Math.round(millis / 1000.0));
    }
}
