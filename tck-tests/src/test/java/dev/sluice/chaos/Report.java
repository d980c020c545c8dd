package dev.sluice.chaos;

import dev.sluice.chaos.History.Call;
import dev.sluice.chaos.Life.Sent;
import dev.sluice.chaos.Workload.Kind;
import dev.sluice.wire.BucketMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What came of a run, for people and as JSON: what is wrong, how long nothing worked, how long single calls took. */
final class Report {
    private static final List<String> CALLS =
            List.of("send", "commit", "global commit", "receive", "acknowledge", "recovery");

    private final Options options;
    private final History history;
    private final List<Incident> incidents;
    private final List<String> faults;

    Report(Options options, History history, List<Incident> incidents, List<String> faults) {
        this.options = options;
        this.history = history;
        this.incidents = incidents;
        this.faults = faults;
    }

    /** Seconds, sorted. */
    private record Times(List<Double> sorted) {
        static Times of(List<Double> seconds) {
            return new Times(seconds.stream().sorted().toList());
        }

        private double at(double share) {
            return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
        }

        String text() {
            return sorted.size() == 0
                    ? "n 0"
                    : format("n %d, p50 %.2f s, p99 %.2f s, max %.2f s", sorted.size(), at(0.5), at(0.99), at(1));
        }

        String json() {
            return sorted.size() == 0
                    ? "{\"n\": 0}"
                    : format(
                            "{\"n\": %d, \"p50\": %.3f, \"p99\": %.3f, \"max\": %.3f}",
                            sorted.size(), at(0.5), at(0.99), at(1));
        }
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }

    /** Writes {@code report.txt} and {@code report.json}, and says the first. */
    void write(Path directory, Verdict verdict, double seconds) throws IOException {
        Times first = Times.of(failovers(false));
        Times all = Times.of(failovers(true));
        double silence = history.completions.size() == 0
                ? 0
                : history.longestSilence(
                                history.completions.at(0), history.completions.at(history.completions.size() - 1))
                        / 1e9;
        List<String> text = new ArrayList<>();
        text.add("chaos: " + options);
        text.add(format(
                "%.0f s in all; %d faults; %d messages confirmed, %d received; moved %d in local and %d in global transactions;"
                        + " %d transactions rolled back on purpose",
                seconds,
                incidents.size(),
                verdict.confirmed(),
                verdict.received(),
                history.movedLocally,
                history.movedGlobally,
                history.rolledBack));
        text.add(format(
                "%d messages came again after their client was killed or away for too long; %d calls failed for the same reason",
                verdict.again(), verdict.excused()));
        text.add("from the death of a leader to the first confirmed send or commit that began after it: "
                + first.text());
        text.add("the same, to the first of the last producer: " + all.text());
        text.add(format("the longest time in which nothing was confirmed and nothing came, anywhere: %.2f s", silence));
        text.add("");
        text.add(format(
                "%-24s %4s %12s %s",
                "fault", "n", "no service", "the longest call, s (" + String.join(", ", CALLS) + ")"));
        Map<Fault, List<Incident>> byFault = new TreeMap<>();
        incidents.forEach(incident -> byFault.computeIfAbsent(incident.fault(), fault -> new ArrayList<>())
                .add(incident));
        byFault.forEach((fault, its) -> text.add(
                format("%-24s %4d %10.2f s %s", fault, its.size(), silence(its), String.join(" ", longest(its)))));
        text.add("");
        text.add(faults.isEmpty() ? "nothing was lost, doubled or misordered" : faults.size() + " faults:");
        text.addAll(faults);
        Files.write(directory.resolve("report.txt"), text);
        Files.writeString(directory.resolve("report.json"), json(verdict, first, all, silence, byFault));
        text.forEach(System.out::println);
    }

    private String json(Verdict verdict, Times first, Times all, double silence, Map<Fault, List<Incident>> byFault) {
        List<String> kinds = new ArrayList<>();
        byFault.forEach((fault, its) -> {
            List<String> calls = new ArrayList<>();
            for (int call = 0; call < CALLS.size(); call++) {
                calls.add(format("\"%s\": %s", CALLS.get(call), longest(its).get(call)));
            }
            kinds.add(format(
                    "    \"%s\": {\"n\": %d, \"noService\": %.3f, \"longest\": {%s}}",
                    fault, its.size(), silence(its), String.join(", ", calls)));
        });
        return format(
                """
                {
                  "seed": %d, "shards": %d, "rate": %d, "minutes": %s,
                  "confirmed": %d, "received": %d, "again": %d, "excused": %d,
                  "movedLocally": %d, "movedGlobally": %d, "rolledBack": %d,
                  "failoverFirst": %s,
                  "failoverAll": %s,
                  "noService": %.3f,
                  "faults": {
                %s
                  },
                  "wrong": %d
                }
                """,
                options.seed(),
                options.shards(),
                options.rate(),
                options.minutes(),
                verdict.confirmed(),
                verdict.received(),
                verdict.again(),
                verdict.excused(),
                history.movedLocally,
                history.movedGlobally,
                history.rolledBack,
                first.json(),
                all.json(),
                silence,
                String.join(",\n", kinds),
                faults.size());
    }

    private double silence(List<Incident> its) {
        return its.stream()
                .mapToDouble(incident -> history.longestSilence(incident.begun(), incident.healthy()) / 1e9)
                .max()
                .orElse(0);
    }

    /** Of each kind of call the longest that was under way while one of these was, in seconds. */
    private List<String> longest(List<Incident> its) {
        return CALLS.stream()
                .map(what -> history.calls.stream()
                        .filter(call -> call.what().equals(what))
                        .filter(call -> its.stream().anyMatch(incident -> overlap(call, incident)))
                        .mapToDouble(Call::seconds)
                        .max()
                        .orElse(0))
                .map(seconds -> format("%.2f", seconds))
                .toList();
    }

    private static boolean overlap(Call call, Incident incident) {
        return call.begun() <= incident.healthy() && call.ended() >= incident.begun();
    }

    /**
     * For each killed leader: how long it took until a producer of a shard that it led had the first send or commit confirmed that it began
     * when the leader was dead (that one is surely not confirmed by the dead one). {@code ofAll}: until each of them had.
     */
    private List<Double> failovers(boolean ofAll) {
        List<Double> seconds = new ArrayList<>();
        for (Incident incident : incidents) {
            if (incident.fault() == Fault.KILL_LEADER) {
                List<Long> ends = new ArrayList<>();
                for (Life life : history.lives) {
                    if (used(life, incident)) {
                        life.sent.stream()
                                .filter(sent -> sent.begun() >= incident.struck())
                                .mapToLong(Sent::ended)
                                .min()
                                .ifPresent(ends::add);
                    }
                }
                (ofAll ? ends.stream().max(Long::compare) : ends.stream().min(Long::compare))
                        .ifPresent(end -> seconds.add((end - incident.begun()) / 1e9));
            }
        }
        return seconds;
    }

    private boolean used(Life life, Incident incident) {
        Kind kind = life.part.kind();
        boolean sends = kind == Kind.SEND || kind == Kind.BATCH;
        boolean alive = !life.sent.isEmpty() && life.sent.get(0).begun() < incident.begun();
        return sends
                && alive
                && incident.shards()
                        .contains(BucketMap.initial(options.shards()).shardOf(Workload.plainName(life.part.to())));
    }
}
