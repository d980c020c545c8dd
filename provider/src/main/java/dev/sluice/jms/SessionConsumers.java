package dev.sluice.jms;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** The consumers of one session, open ones and closed ones whose messages are not settled. Guarded by the session's monitor. */
final class SessionConsumers {
    private final Map<Long, ConsumerCore> open = new LinkedHashMap<>();
    private final Map<Long, ConsumerCore> retaining = new HashMap<>();

    /** Those that may have something for their listener, each once, in the order of their turns; who has nothing after all goes when it is its turn. */
    private final Queue<ConsumerCore> ready = new ArrayDeque<>();

    /** Those that may have something to hand out, each once; who has nothing after all goes when it is the first. */
    private final Queue<ConsumerCore> supplied = new ArrayDeque<>();

    void add(ConsumerCore consumer) {
        open.put(consumer.id, consumer);
    }

    /** False when it was not open. */
    boolean remove(ConsumerCore consumer) {
        if (consumer.supplied) {
            consumer.supplied = false;
            supplied.remove(consumer);
        }
        return open.remove(consumer.id) != null;
    }

    /** A closed one whose messages may yet come back, as those of others that {@code unsettled} tells. */
    void retain(ConsumerCore closed, LongPredicate unsettled) {
        retaining.keySet().removeIf(id -> !unsettled.test(id));
        retaining.put(closed.id, closed);
    }

    void forgetRetained() {
        retaining.clear();
    }

    /** A copy. */
    List<ConsumerCore> open() {
        return List.copyOf(open.values());
    }

    @Nullable ConsumerCore find(long consumerId) {
        ConsumerCore consumer = open.get(consumerId);
        return consumer == null ? retaining.get(consumerId) : consumer;
    }

    /** It has a listener or a message that it had not: when it has both, it waits for its turn. */
    void changed(ConsumerCore consumer) {
        if (!consumer.supplied && isSupplied(consumer)) {
            consumer.supplied = true;
            supplied.add(consumer);
        }
        if (!consumer.ready && isWork(consumer)) {
            consumer.ready = true;
            ready.add(consumer);
        }
    }

    /** The one with a listener and a message whose turn it is; null when there is none. */
    @Nullable ConsumerCore withWork() {
        ConsumerCore first = ready.peek();
        while (first != null && !isWork(first)) {
            endTurn();
            first = ready.peek();
        }
        return first;
    }

    /** The next one's turn comes. The first comes behind the others when there is something for it. */
    void endTurn() {
        ConsumerCore first = ready.remove();
        first.ready = false;
        changed(first);
    }

    /** Whether any has something to hand out. */
    boolean haveNext() {
        ConsumerCore first = supplied.peek();
        while (first != null && !isSupplied(first)) {
            first.supplied = false;
            supplied.remove();
            first = supplied.peek();
        }
        return first != null;
    }

    private static boolean isSupplied(ConsumerCore consumer) {
        return !consumer.closed && consumer.hasNext();
    }

    private static boolean isWork(ConsumerCore consumer) {
        return !consumer.closed && consumer.listener != null && consumer.failure == null && consumer.hasNext();
    }

    /** Takes out all, closed. */
    List<ConsumerCore> closeAll() {
        List<ConsumerCore> all = List.copyOf(open.values());
        open.clear();
        ready.clear();
        supplied.clear();
        for (ConsumerCore consumer : all) {
            consumer.closed = true;
        }
        return all;
    }
}
