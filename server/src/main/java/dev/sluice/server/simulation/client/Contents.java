package dev.sluice.server.simulation.client;

import dev.sluice.server.simulation.oracle.Content;
import dev.sluice.server.simulation.stage.Timeline;
import java.util.concurrent.TimeUnit;

/** What the messages of a world are like. */
final class Contents {
    private static final int SHORT_BYTES_MAX = 700;
    private static final int LONG_BYTES_MAX = 30_000;
    /** Longer ones go to a file at the client. */
    private static final int FILE_BYTES = 1024 * 1024;

    private static final int FILE_BYTES_MORE = 300_000;
    private static final long SHORT_LIFE_MILLIS_MAX = 6_000;
    private static final long LONG_LIFE_MILLIS = TimeUnit.HOURS.toMillis(1);
    private static final long DELAY_MILLIS_MAX = 8_000;

    private final Timeline chance;
    private final boolean large;
    private final boolean huge;
    private final boolean timed;

    Contents(Timeline chance) {
        this.chance = chance;
        large = chance.onceIn(3);
        huge = large && chance.onceIn(12);
        timed = chance.onceIn(3);
    }

    /** Whether some messages have an end, or are delayed. */
    boolean areTimed() {
        return timed;
    }

    Content next() {
        if (huge && chance.onceIn(60)) {
            return content(FILE_BYTES + 1 + chance.below(FILE_BYTES_MORE), true);
        }
        if (large && chance.onceIn(5)) {
            return content(1 + chance.below(LONG_BYTES_MAX), true);
        }
        return content(chance.below(SHORT_BYTES_MAX), false);
    }

    private Content content(int bytes, boolean chunked) {
        return new Content(bytes, chunked, chance.below(Content.COLOURS), timeToLiveMillis(), delayMillis());
    }

    /** Soon, or after the end of the world: those must not be lost. */
    private long timeToLiveMillis() {
        if (!timed || !chance.onceIn(3)) {
            return 0;
        }
        return chance.onceIn(2) ? chance.between(1, SHORT_LIFE_MILLIS_MAX) : LONG_LIFE_MILLIS;
    }

    private long delayMillis() {
        return timed && chance.onceIn(5) ? chance.between(1, DELAY_MILLIS_MAX) : 0;
    }
}
