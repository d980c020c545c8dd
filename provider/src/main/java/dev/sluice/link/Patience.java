package dev.sluice.link;

import dev.sluice.wire.RefusalCode;
import java.util.concurrent.TimeUnit;

/** For how long a link that was lost tries to come back: as the options say, for ever at most. Owned by the link machine. */
final class Patience {
    private final LinkOptions options;
    private final long limitNanos;
    private long lostAt;

    Patience(LinkOptions options) {
        this.options = options;
        long millis = options.reconnectFor().toMillis();
        boolean forEver = millis > TimeUnit.NANOSECONDS.toMillis(Long.MAX_VALUE);
        limitNanos = forEver ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** The socket was lost. */
    void begin(long now) {
        lostAt = now;
    }

    boolean isLimited() {
        return limitNanos != Long.MAX_VALUE;
    }

    /** When it ends, if it is limited. */
    long end() {
        return lostAt + limitNanos;
    }

    boolean isOver(long now) {
        return isLimited() && now - lostAt >= limitNanos;
    }

    LinkException spent() {
        return new LinkException(
                RefusalCode.SHUTTING_DOWN,
                "no server came back within " + options.reconnectFor().toMillis() + " ms: "
                        + Servers.describe(options.servers()));
    }
}
