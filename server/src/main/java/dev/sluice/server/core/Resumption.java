package dev.sluice.server.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the order that each consumer sees when messages were lost on the way to one of them, with a connection or with the server:
 * others may have had later ones. Who was to get a lost message is not known for certain, only that it was someone who takes more and
 * has had none beyond it; so it waits for such a one, and goes to anyone only when there is none. Owner: the shard thread.
 */
final class Resumption {
    private final List<Group> groups;
    private long[] ends = {};

    Resumption(List<Group> groups) {
        this.groups = groups;
    }

    /** A consumer came back; of this lane, some were sent what is before {@code sentEnd}. */
    void resumed(int code, long sentEnd) {
        if (ends.length == 0) {
            ends = new long[Lane.CODES];
        }
        ends[code] = Math.max(ends[code], sentEnd);
    }

    private boolean mayBeLost(StoredMessage message) {
        int code = message.code();
        return ends.length > 0 && message.sequence() < ends[code] && GroupKey.of(message) == GroupKey.NONE;
    }

    /** The one of {@code group} that is to get the message rather than the one whose turn it is, or null. */
    @Nullable Consumer receiver(Group group, StoredMessage message, DispatcherEffects effects) {
        return mayBeLost(message) ? group.next(effects, message) : null;
    }

    /** Whether the message may not go to a consumer of {@code asking} just now. */
    boolean mustWait(Group asking, StoredMessage message, DispatcherEffects effects) {
        if (!mayBeLost(message) || asking.next(effects, message) != null) {
            return false;
        }
        for (Group group : groups) {
            if (group.expects(message)) {
                return true;
            }
        }
        return false;
    }
}
