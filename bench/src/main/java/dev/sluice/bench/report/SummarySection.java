package dev.sluice.bench.report;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;

/** The head of the page: how Sluice stands to what is asked of it, on which machine, and under which conditions. */
final class SummarySection {
    /** Less than this is what the issue asks for in a comparison. */
    private static final int ROUNDS_MIN = 5;

    /** Above it the machine did other things than the run. */
    private static final double STEAL_PERCENT_MAX = 5;

    private final Markup out;
    private final Results results;

    SummarySection(Markup out, Results results) {
        this.out = out;
        this.results = results;
    }

    void write() {
        out.open("header");
        out.leaf("h1", "Sluice, measured beside others");
        out.leaf(
                "p",
                "Medians of rounds taken in turn, servers and clients on the same machine. A ratio is to the best peer whose confirmed"
                        + " messages survive the same; what survives less is shown, and marked.",
                "class",
                "lead");
        out.close();
        counts();
        table();
        conditions();
        unreadable();
    }

    private void counts() {
        Map<Verdict.Outcome, Integer> counts = new EnumMap<>(Verdict.Outcome.class);
        for (String workload : results.workloads()) {
            for (Mark mark : Subject.of(workload).marks()) {
                counts.merge(results.of(workload).verdict(mark).outcome(), 1, Integer::sum);
            }
        }
        out.open("div", "class", "tiles");
        for (Verdict.Outcome outcome : Verdict.Outcome.values()) {
            out.open("div", "class", "tile " + style(outcome));
            out.leaf("b", Integer.toString(counts.getOrDefault(outcome, 0)));
            out.leaf("span", outcome.label());
            out.close();
        }
        out.open("div", "class", results.failed().isEmpty() ? "tile" : "tile missed");
        out.leaf("b", Integer.toString(results.failed().size()));
        out.leaf("span", "failed runs");
        out.close();
        out.close();
    }

    private void table() {
        out.open("div", "class", "scroll");
        out.open("table", "class", "summary");
        out.open("thead");
        out.open("tr");
        for (String head : List.of(
                "Workload", "Measure", "Sluice", "Best peer of the same durability", "Ratio", "Asked for", "")) {
            out.leaf("th", head);
        }
        out.close();
        out.close();
        out.open("tbody");
        for (String workload : results.workloads()) {
            rows(Subject.of(workload), results.of(workload));
        }
        out.close();
        out.close();
        out.close();
    }

    private void rows(Subject subject, Results own) {
        boolean first = true;
        for (Mark mark : subject.marks()) {
            row(subject, own, own.verdict(mark), first);
            first = false;
        }
        if (subject.marks().isEmpty()) {
            // Shown beside the best peer like the others, but nothing is asked for.
            row(subject, own, own.verdict(Mark.atLeast(0, subject.main())), true);
        }
    }

    private void row(Subject subject, Results own, Verdict verdict, boolean first) {
        Mark mark = verdict.mark();
        out.open("tr", "class", first ? "first" : "further");
        out.open("td");
        if (first) {
            out.leaf("a", subject.name(), "href", "#" + subject.name(), "class", "workload");
            out.leaf("span", subject.title(), "class", "title");
            notes(subject, own);
        }
        out.close();
        out.leaf("td", mark.measure().name());
        out.leaf("td", text(verdict.own(), mark.measure()), "class", "number own");
        out.open("td", "class", "number");
        if (mark.versus() != Mark.Versus.ITSELF) {
            out.text(text(verdict.peers(), mark.measure()));
            verdict.peer().ifPresent(peer -> peer(peer));
        }
        out.close();
        boolean hasRatio =
                mark.versus() != Mark.Versus.ITSELF && verdict.value().isPresent();
        out.leaf("td", hasRatio ? Unit.TIMES.format(verdict.value().getAsDouble()) : "", "class", "number ratio");
        boolean asked = !subject.marks().isEmpty();
        out.leaf("td", asked ? mark.toString() : "", "class", "number");
        out.open("td");
        if (asked) {
            out.leaf("span", verdict.outcome().label(), "class", "chip " + style(verdict.outcome()));
        }
        out.close();
        out.close();
    }

    private void peer(String peer) {
        String apart = Durability.of(peer) == Durability.ON_DISK
                ? ""
                : ", " + Durability.of(peer).label();
        out.leaf("span", peer + apart, "class", "peer");
    }

    private void notes(Subject subject, Results own) {
        if (!own.failed().isEmpty()) {
            out.leaf("span", Wording.count(own.failed().size(), "failed run"), "class", "chip missed");
        }
        int fewest = own.providers().stream()
                .flatMap(provider -> own.spread(provider, subject.main()).stream())
                .mapToInt(spread -> spread.rounds().size())
                .min()
                .orElse(ROUNDS_MIN);
        if (fewest < ROUNDS_MIN) {
            out.leaf("span", "only " + Wording.count(fewest, "round"), "class", "chip open");
        }
    }

    private static String text(Optional<Spread> spread, Measure measure) {
        return spread.map(found -> measure.format(found.median())).orElse("–");
    }

    private static String style(Verdict.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    private void conditions() {
        out.open("section", "class", "conditions");
        out.leaf("h2", "Machine and conditions");
        out.open("dl");
        for (String machine : machines()) {
            item("machine", machine);
        }
        item("when", when());
        item("steal", steal());
        for (String provider : results.providers()) {
            item(provider, String.join(", ", results.texts(provider, "version")), Durability.of(provider));
        }
        out.close();
        out.close();
    }

    private void item(String name, String text) {
        if (!text.isEmpty()) {
            out.leaf("dt", name);
            out.leaf("dd", text);
        }
    }

    private void item(String provider, String versions, Durability durability) {
        out.open("dt");
        out.leaf("i", "", "class", "swatch " + Colour.of(provider));
        out.text(provider);
        out.close();
        out.open("dd");
        out.text(versions.isEmpty() ? "version not said" : versions);
        if (durability != Durability.of(Results.SLUICE)) {
            out.leaf("span", " – " + durability.label() + ". " + durability.meaning(), "class", "quiet");
        }
        out.close();
    }

    private Set<String> machines() {
        Set<String> machines = new LinkedHashSet<>();
        for (Run run : results.runs()) {
            String memory = run.number("machine.memory_bytes").isPresent()
                    ? Unit.BYTES.format(run.number("machine.memory_bytes").getAsDouble())
                    : "";
            String cores = run.text("machine.cores", "");
            machines.add(String.join(
                    " · ",
                    List.of(
                                    run.text("machine.cpu", run.text("machine.cpu_model", "")),
                                    cores.isEmpty() ? "" : cores + " cores",
                                    memory,
                                    run.text("machine.kernel", ""),
                                    run.text("machine.java", ""),
                                    run.text("machine.file_system", ""))
                            .stream()
                            .filter(part -> !part.isEmpty())
                            .toList()));
        }
        machines.remove("");
        return machines;
    }

    private String when() {
        List<String> starts = results.runs().stream()
                .map(Run::startedAt)
                .filter(start -> !start.isEmpty())
                .sorted()
                .toList();
        return starts.isEmpty() ? "" : starts.get(0) + " to " + starts.get(starts.size() - 1);
    }

    private String steal() {
        double[] percents = results.runs().stream()
                .map(run -> run.number("machine.steal_percent"))
                .flatMapToDouble(
                        percent -> percent.isPresent() ? DoubleStream.of(percent.getAsDouble()) : DoubleStream.empty())
                .toArray();
        return Spread.of(DoubleStream.of(percents).boxed().toList())
                .map(spread -> {
                    long disturbed = DoubleStream.of(percents)
                            .filter(percent -> percent > STEAL_PERCENT_MAX)
                            .count();
                    String text = "CPU time taken by other machines: median " + Unit.PLAIN.format(spread.median())
                            + " %, at most " + Unit.PLAIN.format(spread.most()) + " %";
                    return disturbed == 0
                            ? text
                            : text + "; more than " + Unit.PLAIN.format(STEAL_PERCENT_MAX) + " % in "
                                    + Wording.count((int) disturbed, "run") + ", whose figures are disturbed";
                })
                .orElse("");
    }

    private void unreadable() {
        if (results.unreadable().isEmpty()) {
            return;
        }
        out.open("ul", "class", "errors");
        results.unreadable().forEach(line -> out.leaf("li", line));
        out.close();
    }
}
