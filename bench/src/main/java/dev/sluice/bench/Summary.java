package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** The table at the end of a campaign: medians of the rounds, and how each provider stands to the best of the others than Sluice. */
final class Summary {
    private static final String SLUICE = "sluice";
    private static final String HEAD = "%-12s %6s %12s %12s %12s %12s %10s %8s%n";
    private static final String NONE = "-";

    /** Runs by workload, then by provider, both in the order in which they came. */
    private final Map<String, Map<String, List<ObjectNode>>> runs = new LinkedHashMap<>();

    Summary(List<ObjectNode> lines) {
        for (ObjectNode line : lines) {
            runs.computeIfAbsent(line.path("workload").asText(), workload -> new LinkedHashMap<>())
                    .computeIfAbsent(line.path("provider").asText(), provider -> new ArrayList<>())
                    .add(line);
        }
    }

    /** One run, for who is waiting. */
    static String oneLine(ObjectNode line) {
        List<String> parts = new ArrayList<>();
        for (String side : List.of("sent", "received")) {
            if (line.path(side).path("count").asLong() > 0) {
                parts.add(String.format(
                        Locale.ROOT,
                        "%s %,.0f/s, p50 %,.0f µs, p99 %,.0f µs",
                        side,
                        line.path(side).path("per_second").asDouble(),
                        line.path(side).path("p50_us").asDouble(),
                        line.path(side).path("p99_us").asDouble()));
            }
        }
        if (line.has("first_message_ms")) {
            parts.add("first message after " + line.path("first_message_ms").asLong() + " ms");
        }
        return String.join("; ", parts);
    }

    /** The whole table. */
    String table() {
        StringBuilder table = new StringBuilder();
        runs.forEach((workload, providers) -> {
            table.append(String.format(
                    Locale.ROOT,
                    "%n" + HEAD,
                    workload,
                    "rounds",
                    "sent/s",
                    "p99 µs",
                    "received/s",
                    "p99 µs",
                    "CPU µs/msg",
                    "ratio"));
            providers.forEach((provider, lines) -> table.append(row(provider, lines, ratio(provider, providers))));
        });
        return table.append(String.format(
                        "%nMedians of the rounds that did not fail. Ratio: to the best of the others than %s, by messages/s; by p99 where the rate is fixed,%nby the time of the first message after a restart for %s.%n",
                        SLUICE, Plan.Backlog.DRAIN))
                .toString();
    }

    private static String row(String provider, List<ObjectNode> lines, String ratio) {
        long complete = lines.stream().filter(line -> !line.has("error")).count();
        String rounds = complete == lines.size() ? Long.toString(complete) : complete + "/" + lines.size();
        return String.format(
                Locale.ROOT,
                HEAD,
                provider,
                rounds,
                number("%,.0f", median(lines, "/sent/per_second")),
                number("%,.0f", median(lines, "/sent/p99_us")),
                number("%,.0f", median(lines, "/received/per_second")),
                number("%,.0f", median(lines, "/received/p99_us")),
                number("%,.1f", median(lines, "/server_cpu_us_per_message")),
                ratio);
    }

    private static String ratio(String provider, Map<String, List<ObjectNode>> providers) {
        Measure measure = Measure.of(providers);
        OptionalDouble own = median(providers.getOrDefault(provider, List.of()), measure.path());
        OptionalDouble best = OptionalDouble.empty();
        for (Map.Entry<String, List<ObjectNode>> other : providers.entrySet()) {
            OptionalDouble value = median(other.getValue(), measure.path());
            if (!other.getKey().equals(SLUICE) && value.isPresent()) {
                best = OptionalDouble.of(
                        best.isEmpty() ? value.getAsDouble() : measure.better(best.getAsDouble(), value.getAsDouble()));
            }
        }
        return own.isPresent() && best.isPresent() && best.getAsDouble() > 0
                ? number("%.2f", OptionalDouble.of(own.getAsDouble() / best.getAsDouble()))
                : NONE;
    }

    private static String number(String format, OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, format, value.getAsDouble()) : NONE;
    }

    /** The median of what is at {@code path} of the runs that have it; what counts nothing has nothing. */
    static OptionalDouble median(List<ObjectNode> lines, String path) {
        double[] values = lines.stream()
                .map(line -> line.at(path))
                .filter(JsonNode::isNumber)
                .mapToDouble(JsonNode::asDouble)
                .filter(value -> value > 0)
                .sorted()
                .toArray();
        if (values.length == 0) {
            return OptionalDouble.empty();
        }
        int middle = values.length / 2;
        return OptionalDouble.of(values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2);
    }

    /** What providers are compared by in one workload. */
    private record Measure(String path, boolean lessIsBetter) {
        static Measure of(Map<String, List<ObjectNode>> providers) {
            List<ObjectNode> all = new ArrayList<>();
            providers.values().forEach(all::addAll);
            boolean received = median(all, "/received/per_second").isPresent();
            if (median(all, "/first_message_ms").isPresent()) {
                return new Measure("/first_message_ms", true);
            }
            if (median(all, "/rate").isPresent()) {
                return new Measure(received ? "/received/p99_us" : "/sent/p99_us", true);
            }
            return new Measure(received ? "/received/per_second" : "/sent/per_second", false);
        }

        double better(double one, double other) {
            return lessIsBetter ? Math.min(one, other) : Math.max(one, other);
        }
    }
}
