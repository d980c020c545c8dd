package dev.sluice.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** One workload: charts, what a send waits for, all figures, what failed. */
final class WorkloadSection {
    private static final String EXTRA = "extra";

    private final Markup out;
    private final Subject subject;
    private final Results results;

    WorkloadSection(Markup out, Subject subject, Results results) {
        this.out = out;
        this.subject = subject;
        this.results = results;
    }

    void write() {
        out.open("section", "class", "run", "id", subject.name());
        out.open("h2");
        out.leaf("span", subject.name(), "class", "workload");
        out.text(" " + subject.title());
        out.close();
        failures();
        out.open("div", "class", "charts");
        bars(subject.main(), BarChart.Frame.WIDE);
        percentiles();
        out.close();
        out.open("div", "class", "small charts");
        for (Mark mark : subject.marks()) {
            if (!mark.measure().equals(subject.main())) {
                bars(mark.measure(), BarChart.Frame.NARROW);
            }
        }
        subject.more().forEach(measure -> bars(measure, BarChart.Frame.NARROW));
        cpu();
        bars(Measure.FLUSHES, BarChart.Frame.NARROW);
        bars(Measure.RESIDENT, BarChart.Frame.NARROW);
        bars(Measure.DISK, BarChart.Frame.NARROW);
        out.close();
        waits();
        figures();
        out.close();
    }

    private void failures() {
        if (results.failed().isEmpty()) {
            return;
        }
        out.open("ul", "class", "errors");
        for (Run run : results.failed()) {
            out.open("li");
            out.leaf("b", run.provider() + ", round " + run.round() + ": ");
            error(run.error());
            out.close();
        }
        out.close();
    }

    /** The first line, and the rest for who opens it. */
    private void error(String text) {
        String whole = text.strip();
        int end = whole.indexOf('\n');
        out.text(end < 0 ? whole : whole.substring(0, end));
        if (end >= 0) {
            out.open("details");
            out.leaf("summary", "more");
            out.text(whole.substring(end + 1));
            out.close();
        }
    }

    private void bars(Measure measure, BarChart.Frame frame) {
        List<BarChart.Bar> bars = new ArrayList<>();
        for (String provider : byRank(measure)) {
            results.spread(provider, measure)
                    .ifPresent(spread -> bars.add(new BarChart.Bar(provider, spread, OptionalDouble.empty())));
        }
        boolean isMain = measure.equals(subject.main());
        if (!bars.isEmpty()) {
            figure(
                    measure.name() + (isMain && !measure.moreIsBetter() ? ", less is better" : ""),
                    frame,
                    measure.unit(),
                    bars);
        }
    }

    /** Server and client one after the other: what a message costs in all. */
    private void cpu() {
        List<BarChart.Bar> bars = new ArrayList<>();
        for (String provider : results.providers()) {
            Optional<Spread> client = results.spread(provider, Measure.CLIENT_CPU);
            results.spread(provider, Measure.SERVER_CPU)
                    .ifPresent(server -> bars.add(new BarChart.Bar(
                            provider,
                            server,
                            client.isPresent()
                                    ? OptionalDouble.of(client.orElseThrow().median())
                                    : OptionalDouble.empty())));
        }
        if (!bars.isEmpty()) {
            figure("CPU, µs a message: server + client", BarChart.Frame.NARROW, Unit.PLAIN, bars);
        }
    }

    private void figure(String title, BarChart.Frame frame, Unit unit, List<BarChart.Bar> bars) {
        out.open("figure");
        out.leaf("figcaption", title);
        new BarChart(out, frame, unit).draw(title, bars);
        out.close();
    }

    /** Sluice, then the others from the best on, within each durability. */
    private List<String> byRank(Measure measure) {
        List<String> ranked = new ArrayList<>(results.providers());
        ranked.sort(Comparator.comparing((String provider) -> !provider.equals(Results.SLUICE))
                .thenComparing(Durability::of)
                .thenComparing(provider -> results.spread(provider, measure)
                        .map(spread -> measure.moreIsBetter() ? -spread.median() : spread.median())
                        .orElse(0.0)));
        return ranked;
    }

    private void percentiles() {
        PercentileChart chart = new PercentileChart(out, results, subject.side());
        if (!chart.hasAnything()) {
            return;
        }
        String title = subject.side().equals("sent")
                ? "time of a send, until it is confirmed"
                : "time of a message, from its send until it is received";
        out.open("figure");
        out.leaf("figcaption", title);
        chart.draw(title);
        out.close();
    }

    private void waits() {
        out.leaf("h3", "What a send waits for");
        out.open("dl", "class", "waits");
        for (String provider : results.providers()) {
            out.open("dt");
            out.leaf("i", "", "class", "swatch " + Colour.of(provider));
            out.text(provider);
            out.close();
            List<String> sentences = results.texts(provider, "durability");
            out.open("dd");
            out.text(sentences.isEmpty() ? "The run does not say." : String.join(" / ", sentences));
            if (Durability.of(provider) != Durability.ON_DISK) {
                out.text(" ");
                out.leaf("span", Durability.of(provider).label(), "class", "chip open");
            }
            out.close();
        }
        out.close();
    }

    private void figures() {
        List<String> providers = results.providers();
        out.open("details");
        out.leaf("summary", "All figures (medians of the rounds)");
        out.open("div", "class", "scroll");
        out.open("table", "class", "figures");
        out.open("thead");
        out.open("tr");
        out.leaf("th", "");
        providers.forEach(provider -> out.leaf("th", provider));
        out.close();
        out.close();
        out.open("tbody");
        out.open("tr");
        out.leaf("th", "complete rounds");
        providers.forEach(provider -> out.leaf("td", rounds(provider), "class", "number"));
        out.close();
        for (Measure measure : measures()) {
            out.open("tr");
            out.leaf("th", measure.name());
            for (String provider : providers) {
                String text = results.spread(provider, measure)
                        .map(spread -> measure.format(spread.median()))
                        .orElse("–");
                out.leaf("td", text, "class", "number");
            }
            out.close();
        }
        out.close();
        out.close();
        out.close();
        out.close();
    }

    private String rounds(String provider) {
        long complete = results.runs().stream()
                .filter(run -> !run.failed() && run.provider().equals(provider))
                .count();
        return Long.toString(complete);
    }

    /** What at least one provider has a value for. */
    private List<Measure> measures() {
        List<Measure> all = new ArrayList<>();
        all.add(Measure.SENDS);
        addPercentiles(all, "sent");
        all.add(Measure.DELIVERIES);
        addPercentiles(all, "received");
        all.add(Measure.SERVER_CPU);
        all.add(Measure.CLIENT_CPU);
        all.add(Measure.FLUSHES);
        all.add(Measure.at("server's reads", Unit.PLAIN, false, "server_read_calls"));
        all.add(Measure.at("server's writes", Unit.PLAIN, false, "server_write_calls"));
        all.add(Measure.RESIDENT);
        all.add(Measure.DISK);
        all.add(Measure.at("first tenth", Unit.PER_SECOND, true, "first_tenth_per_second"));
        all.add(Measure.at("last tenth", Unit.PER_SECOND, true, "last_tenth_per_second"));
        all.add(Measure.FIRST_MESSAGE);
        all.addAll(extras().values());
        return all.stream().filter(this::hasValue).toList();
    }

    private static void addPercentiles(List<Measure> all, String side) {
        for (PercentileChart.Percentile percentile : PercentileChart.PERCENTILES) {
            all.add(Measure.at(side + " " + percentile.label(), Unit.MICROS, false, side + "." + percentile.field()));
        }
    }

    private boolean hasValue(Measure measure) {
        return results.providers().stream()
                .anyMatch(provider -> results.spread(provider, measure)
                        .filter(spread -> spread.most() > 0)
                        .isPresent());
    }

    /** The numbers that this workload alone has, however deep they stand. */
    private Map<String, Measure> extras() {
        Map<String, Measure> extras = new TreeMap<>();
        for (Run run : results.runs()) {
            extras(run.at(EXTRA), EXTRA, extras);
        }
        return extras;
    }

    private static void extras(JsonNode node, String path, Map<String, Measure> extras) {
        node.properties().forEach(field -> {
            String inner = path + "." + field.getKey();
            if (field.getValue().isNumber()) {
                extras.put(
                        inner,
                        Measure.at(
                                inner.substring(EXTRA.length() + 1)
                                        .replace('.', ' ')
                                        .replace('_', ' '),
                                unit(field.getKey()),
                                false,
                                inner));
            } else {
                extras(field.getValue(), inner, extras);
            }
        });
    }

    private static Unit unit(String name) {
        if (name.endsWith("_us")) {
            return Unit.MICROS;
        }
        if (name.endsWith("_ms")) {
            return Unit.MILLIS;
        }
        return name.endsWith("per_second") ? Unit.PER_SECOND : Unit.PLAIN;
    }
}
