package dev.sluice.jms;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The consumers of one session, open ones and closed ones whose messages are not settled. Guarded by the session's monitor. */
final class SessionConsumers {
    private final List<ConsumerCore> open = new ArrayList<>();
    private final Map<Long, ConsumerCore> retaining = new HashMap<>();
    private int nextListener;

    void add(ConsumerCore consumer) {
        open.add(consumer);
    }

    /** False when it was not open. */
    boolean remove(ConsumerCore consumer) {
        return open.remove(consumer);
    }

    /** A closed one whose messages may yet come back. */
    void retain(ConsumerCore closed) {
        retaining.put(closed.id, closed);
    }

    void forgetRetained() {
        retaining.clear();
    }

    /** A copy. */
    List<ConsumerCore> open() {
        return List.copyOf(open);
    }

    @Nullable ConsumerCore find(long consumerId) {
        for (ConsumerCore consumer : open) {
            if (consumer.id == consumerId) {
                return consumer;
            }
        }
        return retaining.get(consumerId);
    }

    /** One with a listener and a message, by turns; null when there is none. */
    @Nullable ConsumerCore withWork() {
        for (int step = 0; step < open.size(); step++) {
            ConsumerCore consumer = open.get((nextListener + step) % open.size());
            if (consumer.listener != null && consumer.hasNext() && consumer.failure == null) {
                return consumer;
            }
        }
        return null;
    }

    /** Its listener is called now: the next turn is of the one behind it. */
    void served(ConsumerCore consumer) {
        nextListener = open.indexOf(consumer) + 1;
    }

    /** Takes out all, closed. */
    List<ConsumerCore> closeAll() {
        List<ConsumerCore> all = new ArrayList<>(open);
        open.clear();
        for (ConsumerCore consumer : all) {
            consumer.closed = true;
        }
        return all;
    }
}
