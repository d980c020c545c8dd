package dev.sluice.server.simulation;

import dev.sluice.server.simulation.stage.Timeline;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What happens, as lines with their times, and a number that follows from all of them: of two runs of one seed it is the same. */
final class Trace {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private final Timeline timeline;
    private final @Nullable Consumer<String> lines;
    private long hash = OFFSET;

    Trace(Timeline timeline, @Nullable Consumer<String> lines) {
        this.timeline = timeline;
        this.lines = lines;
    }

    void say(String what) {
        mix(timeline.nowNanos());
        for (int index = 0; index < what.length(); index++) {
            mix(what.charAt(index));
        }
        if (lines != null) {
            lines.accept(time(timeline.nowNanos()) + " " + what);
        }
    }

    private void mix(long value) {
        hash = (hash ^ value) * PRIME;
    }

    long hash() {
        return hash;
    }

    /** A time for people. */
    static String time(long nanos) {
        return String.format(Locale.ROOT, "%10.6f", nanos / 1e9);
    }
}
