package dev.sluice.server.raft;

import dev.sluice.base.Monitor;
import dev.sluice.base.SharedRef;

/** The pauses of a thread that tries again and again, which another can end. Thread-safe. */
final class Pauses {
    private final Monitor monitor = new Monitor();
    private final SharedRef<Boolean> ended = new SharedRef<>();

    /** Waits so long; false when it is over for good. */
    boolean take(long nanos) {
        monitor.enter();
        try {
            long left = nanos;
            while (left > 0 && !isEnded()) {
                left = monitor.awaitQuietly(left);
            }
            return !isEnded();
        } finally {
            monitor.leave();
        }
    }

    boolean isEnded() {
        return ended.value() != null;
    }

    /** Ends the pause that there is, and all later ones. */
    void end() {
        ended.set(Boolean.TRUE);
        monitor.enter();
        try {
            monitor.changed();
        } finally {
            monitor.leave();
        }
    }
}
