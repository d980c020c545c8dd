package dev.sluice.chaos;

import dev.sluice.chaos.History.Failure;
import dev.sluice.chaos.Life.Got;
import dev.sluice.chaos.Life.Sent;
import dev.sluice.chaos.Workload.Kind;
import dev.sluice.chaos.Workload.Sink;
import dev.sluice.system.Database;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds a history to what was promised: what was confirmed came, once, in order; transactions happened as a whole or not at all; no call
 * failed but those of clients that were away for too long.
 */
final class Verdict {
    private static final int FAULTS_MAX = 100;

    private final History history;
    private final List<Incident> incidents;
    private final boolean drained;
    private final List<String> faults = new ArrayList<>();
    private long confirmed;
    private long received;
    private long again;
    private long excused;

    /** {@code drained}: whether all that was sent had the time to come; nothing is said of what is missing otherwise. */
    Verdict(History history, List<Incident> incidents, boolean drained) {
        this.history = history;
        this.incidents = incidents;
        this.drained = drained;
    }

    /** What is wrong, one line each; {@code run} is the directory of the run. */
    List<String> faults(Path run) throws SQLException {
        history.failures.forEach(this::judge);
        for (Sink sink : Workload.SINKS) {
            Map<String, Map<Integer, List<Got>>> came = came(sink);
            checkEachOnce(sink, came);
            if (drained && sink.name().equals("global")) {
                checkDatabases(run, came);
            }
        }
        history.lives.forEach(this::checkOrder);
        for (Life life : history.lives) {
            confirmed += life.sent.stream()
                    .mapToLong(sent -> sent.last() - sent.first() + 1)
                    .sum();
        }
        return List.copyOf(faults.subList(0, Math.min(FAULTS_MAX, faults.size())));
    }

    private void judge(Failure failure) {
        boolean excusable = incidents.stream().anyMatch(incident -> incident.excuses(failure.client(), failure.time()));
        if (failure.wrong() || !excusable) {
            faults.add(failure.worker() + " at " + failure.time() + ": " + failure.text());
        } else {
            excused++;
        }
    }

    private Map<String, Map<Integer, List<Got>>> came(Sink sink) {
        Map<String, Map<Integer, List<Got>>> came = new HashMap<>();
        for (Life life : history.lives) {
            if (sink.takers().contains(life.part.name())) {
                for (Got got : life.got) {
                    came.computeIfAbsent(got.stamp.maker(), maker -> new HashMap<>())
                            .computeIfAbsent(got.stamp.number(), number -> new ArrayList<>(1))
                            .add(got);
                    received++;
                }
            }
        }
        return came;
    }

    private void checkEachOnce(Sink sink, Map<String, Map<Integer, List<Got>>> came) {
        Set<String> known = new HashSet<>();
        for (Life life : history.lives) {
            if (sink.sources().contains(life.part.name())) {
                known.add(life.maker);
                Map<Integer, List<Got>> its = came.getOrDefault(life.maker, new HashMap<>());
                Set<Integer> right = new HashSet<>();
                for (Sent sent : life.sent) {
                    for (int number = sent.first(); number <= sent.last(); number++) {
                        right.add(number);
                        if (drained && !its.containsKey(number)) {
                            faults.add(sink.name() + ": message " + number + " of " + life.maker
                                    + " was confirmed and never came");
                        }
                    }
                }
                checkOpen(sink, life, its, right);
                its.forEach((number, gots) -> checkOnce(sink, right.contains(number), gots));
            }
        }
        came.keySet().stream()
                .filter(maker -> !known.contains(maker))
                .forEach(maker -> faults.add(sink.name() + ": messages of " + maker + " came, who never sent here"));
    }

    /** What was under way when its maker died came as a whole or not at all. */
    private void checkOpen(Sink sink, Life life, Map<Integer, List<Got>> its, Set<Integer> right) {
        Sent open = life.open;
        if (open == null) {
            return;
        }
        int there = 0;
        for (int number = open.first(); number <= open.last(); number++) {
            right.add(number);
            there += its.containsKey(number) ? 1 : 0;
        }
        if (drained && there != 0 && there != open.last() - open.first() + 1) {
            faults.add(sink.name() + ": of the transaction " + open + " of " + life.maker + " " + there
                    + " messages came");
        }
    }

    private void checkOnce(Sink sink, boolean right, List<Got> gots) {
        Got first = gots.get(0);
        String what = sink.name() + ": message " + first.stamp.number() + " of " + first.stamp.maker();
        if (!right) {
            faults.add(what + " came and was never sent: it was rolled back, or its commit was never called");
        }
        if (gots.size() == 1) {
            return;
        }
        List<Got> inTime = new ArrayList<>(gots);
        inTime.sort(Comparator.comparingLong(got -> got.time));
        for (int index = 0; index < inTime.size() - 1; index++) {
            if (inTime.get(index).certain) {
                faults.add(what + " was acknowledged by " + inTime.get(index).life.maker + " (came at "
                        + inTime.get(index).time + ") and came again, to " + inTime.get(index + 1).life.maker + " (at "
                        + inTime.get(index + 1).time + ")");
            }
            again++;
        }
        Set<String> copies = new HashSet<>();
        gots.forEach(got -> copies.add(got.stamp.via() + " " + got.stamp.step()));
        if (copies.size() > 1) {
            faults.add(what + " was moved more than once: " + copies);
        }
    }

    /** A consumer has the messages of each maker (of who moved them, if they were) in the order in which they were sent, but for those that come again. */
    private void checkOrder(Life life) {
        if (life.part.kind() != Kind.TAKE && life.part.kind() != Kind.ACKNOWLEDGE) {
            return;
        }
        Map<String, Integer> last = new HashMap<>();
        for (Got got : life.got) {
            if (!got.redelivered) {
                boolean moved = got.stamp.isMoved();
                String by = moved ? got.stamp.via() : got.stamp.maker();
                int position = moved ? got.stamp.step() : got.stamp.number();
                Integer before = last.put(by, position);
                if (before != null && before >= position) {
                    faults.add(life.maker + ": of " + by + ", " + position + " came after " + before + " (at "
                            + got.time + ")");
                }
            }
        }
    }

    /** Each message that was moved has a row, and each row is of a message that was moved. */
    private void checkDatabases(Path run, Map<String, Map<Integer, List<Got>>> came) throws SQLException {
        Set<String> messages = new HashSet<>();
        came.forEach((maker, its) -> its.keySet().forEach(number -> messages.add(maker + " " + number)));
        Set<String> rows = new HashSet<>();
        for (String worker : List.of("x0", "x1")) {
            for (String row : Database.rows(GlobalMover.directory(run, worker))) {
                if (!rows.add(row)) {
                    faults.add("the databases have " + row + " twice");
                }
                if (!messages.contains(row)) {
                    faults.add("the database of " + worker + " has " + row + ", which never came");
                }
            }
        }
        messages.stream()
                .filter(message -> !rows.contains(message))
                .forEach(message -> faults.add("no database has " + message + ", which came"));
    }

    /** Messages whose send or commit has returned; a topic's count once. */
    long confirmed() {
        return confirmed;
    }

    long received() {
        return received;
    }

    /** Messages that came again, to whom they may: a client was killed, or away for too long, before they were acknowledged for sure. */
    long again() {
        return again;
    }

    /** Calls that failed because their client was away for too long. */
    long excused() {
        return excused;
    }
}
