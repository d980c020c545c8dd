package dev.sluice.bench;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Times of one kind of event, written by any worker in the measured phase only. */
final class Meter {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final int DIGITS = 3;

    private final Phase phase;
    private final Recorder recorder = new Recorder(LONGEST_NANOS, DIGITS);

    Meter(Phase phase) {
        this.phase = phase;
    }

    /** One event that took from {@code startNanos} until now. */
    void record(long startNanos) {
        if (phase.isMeasuring()) {
            recorder.recordValue(Math.min(Math.max(0, System.nanoTime() - startNanos), LONGEST_NANOS));
        }
    }

    /** What was written so far; starts anew. */
    Histogram take() {
        return recorder.getIntervalHistogram();
    }
}
