package dev.sluice.bench.load;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** Times and counts of one kind of event. Each worker writes to a lane of its own, so that they share nothing. */
final class Meter {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final int DIGITS = 3;

    private final Phase phase;
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();

    Meter(Phase phase) {
        this.phase = phase;
    }

    /** A lane for one worker. */
    Lane lane() {
        Lane lane = new Lane(phase);
        lanes.add(lane);
        return lane;
    }

    /** Events so far, measured or not. */
    long count() {
        long count = 0;
        for (Lane lane : lanes) {
            count += lane.count();
        }
        return count;
    }

    /** The times that were measured since the last call. */
    Histogram take() {
        Histogram sum = new Histogram(LONGEST_NANOS, DIGITS);
        for (Lane lane : lanes) {
            sum.add(lane.recorder.getIntervalHistogram());
        }
        return sum;
    }

    /** What one worker writes. */
    static final class Lane {
        /** The counter stands between numbers that nobody touches, so that no two lanes meet on a cache line. */
        private static final int PADDING = 16;

        private final Phase phase;
        private final SingleWriterRecorder recorder = new SingleWriterRecorder(LONGEST_NANOS, DIGITS);
        private final AtomicLongArray counter = new AtomicLongArray(2 * PADDING);

        private Lane(Phase phase) {
            this.phase = phase;
        }

        /** One event that took from {@code startNanos} until now. */
        void record(long startNanos) {
            if (phase.isMeasuring()) {
                recorder.recordValue(Math.min(Math.max(0, System.nanoTime() - startNanos), LONGEST_NANOS));
            }
            counter.setRelease(PADDING, counter.getPlain(PADDING) + 1);
        }

        private long count() {
            return counter.get(PADDING);
        }
    }
}
