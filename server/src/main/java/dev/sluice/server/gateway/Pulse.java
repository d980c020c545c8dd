package dev.sluice.server.gateway;

/**
 * How often a connection's server end beats, and when a silent client counts as lost. Counts beats instead of reading a clock: a
 * machine that slept does not take its own sleep for the client's. Owned by the event loop.
 */
final class Pulse {
    private static final int SILENT_BEATS_MAX = 3;
    private static final long MILLIS_MIN = 50;
    private static final long CLIENT_MILLIS_MAX = 600_000;

    private final long millis;
    private final long silentBeatsMost;
    private boolean heard;
    private long silentBeats;

    /** The server's own heartbeat, and the one the client named; 0 for none. A quick client gets its beats as it asked, a slow one its time. */
    Pulse(long ownMillis, long clientMillis) {
        long client = clientMillis == 0 ? ownMillis : Math.min(clientMillis, CLIENT_MILLIS_MAX);
        this.millis = Math.max(Math.min(client, ownMillis), Math.min(MILLIS_MIN, ownMillis));
        this.silentBeatsMost = SILENT_BEATS_MAX * Math.max(1, (client + millis - 1) / millis);
    }

    /** Between two beats. */
    long millis() {
        return millis;
    }

    /** The silence that ends a connection. */
    long silenceMillis() {
        return silentBeatsMost * millis;
    }

    /** The client said something. */
    void heard() {
        heard = true;
    }

    /** One beat; false when the client is lost. {@code excused}: what it says waits at our side. */
    boolean beat(boolean excused) {
        silentBeats = heard || excused ? 0 : silentBeats + 1;
        heard = false;
        return silentBeats < silentBeatsMost;
    }
}
