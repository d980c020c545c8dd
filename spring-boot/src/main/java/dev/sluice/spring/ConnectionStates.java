package dev.sluice.spring;

import dev.sluice.Sluice;
import dev.sluice.SluiceException;
import dev.sluice.SluiceListener;
import dev.sluice.base.SharedLong;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers which connections of the application have no server now, and counts how often and for how long that was so. Thread-safe. */
final class ConnectionStates implements SluiceListener {
    private final Map<Sluice, Outage> outages = new ConcurrentHashMap<>();
    private final SharedLong interruptions = new SharedLong(0);
    private final SharedLong resumptions = new SharedLong(0);
    private final SharedLong nanosAway = new SharedLong(0);
    private final SharedLong failures = new SharedLong(0);

    private record Outage(long sinceNanos, String reason) {}

    @Override
    public void interrupted(Sluice connection, SluiceException reason) {
        long unused = interruptions.add(1);
        outages.put(connection, new Outage(System.nanoTime(), String.valueOf(reason.getMessage())));
        // One that is closed meanwhile says nothing any more.
        outages.keySet().removeIf(other -> other.state() == Sluice.State.CLOSED);
    }

    @Override
    public void resumed(Sluice connection, String server) {
        Outage over = outages.remove(connection);
        if (over != null) {
            long unused = nanosAway.add(System.nanoTime() - over.sinceNanos()) + resumptions.add(1);
        }
    }

    @Override
    public void failed(Sluice connection, SluiceException reason) {
        outages.remove(connection);
        long unused = failures.add(1);
    }

    /** Why those have no server that look for one now; one reason for each. */
    List<String> reasons() {
        return outages.entrySet().stream()
                .filter(entry -> entry.getKey().state() == Sluice.State.INTERRUPTED)
                .map(entry -> entry.getValue().reason())
                .toList();
    }

    long interruptions() {
        return interruptions.value();
    }

    /** Outages that are over. */
    long resumptions() {
        return resumptions.value();
    }

    /** How long those lasted in all. */
    long nanosAway() {
        return nanosAway.value();
    }

    long failures() {
        return failures.value();
    }
}
