package dev.sluice.server.core;

import dev.sluice.server.selector.Selector;
import dev.sluice.server.selector.SelectorEvaluator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of a subscription that want the same messages, and how far they have looked in each lane. A cursor passes a message once:
 * what comes back later is in the outflow's set of returned ones. Owner: the shard thread.
 */
final class Group {
    /** It is looked through for what is still there only when it is well beyond that. */
    private static final int UNWANTED_SPARE = 100;

    private final Outflow outflow;
    private final Selector selector;
    private final @Nullable SelectorEvaluator evaluator;
    private final List<Consumer> consumers = new ArrayList<>(1);
    private final long[] cursors = new long[Lane.CODES];
    private final ReadAhead ahead = new ReadAhead(this);
    private final ReadAhead behind = new ReadAhead(this);
    private final LongHashSet unwanted = new LongHashSet();
    /** The consumer that was served last. */
    private int turn = -1;

    private boolean loading;

    Group(Outflow outflow, Selector selector) {
        this.outflow = outflow;
        this.selector = selector;
        this.evaluator = selector.matchesAll() ? null : selector.evaluator();
    }

    Outflow outflow() {
        return outflow;
    }

    Selector selector() {
        return selector;
    }

    List<Consumer> consumers() {
        return consumers;
    }

    /** The next consumer in turn that may be sent a message, or null; the turn moves when it was {@link #served}. */
    @Nullable Consumer next(DispatcherEffects effects) {
        return next(effects, 0, Long.MAX_VALUE);
    }

    /** The next one that may be sent a message and has had none of the lane from this one on, or null. */
    @Nullable Consumer next(DispatcherEffects effects, StoredMessage message) {
        return next(effects, message.code(), message.sequence());
    }

    private @Nullable Consumer next(DispatcherEffects effects, int code, long sequence) {
        int size = consumers.size();
        for (int tries = 1; tries <= size; tries++) {
            Consumer consumer = consumers.get((turn + tries) % size);
            if (consumer.hasCredit() && consumer.sentEnd(code) <= sequence && !effects.isBusy(consumer)) {
                return consumer;
            }
        }
        return null;
    }

    /** The lowest sequence of the lane that may have been lost on the way to one of them; {@link Long#MAX_VALUE} for none. */
    long lowestLost(int code) {
        long lowest = Long.MAX_VALUE;
        for (Consumer consumer : consumers) {
            if (consumer.mayHaveLost()) {
                lowest = Math.min(lowest, consumer.sentEnd(code));
            }
        }
        return lowest;
    }

    /** The lowest sequence of the lane that one of them has not had who may be sent a message just now; {@link Long#MAX_VALUE} for none. */
    long lowestTaken(int code, DispatcherEffects effects) {
        long lowest = Long.MAX_VALUE;
        for (Consumer consumer : consumers) {
            if (consumer.hasCredit() && !effects.isBusy(consumer)) {
                lowest = Math.min(lowest, consumer.sentEnd(code));
            }
        }
        return lowest;
    }

    /** It was the consumer's turn: the next message is for the one after it. */
    void served(Consumer consumer) {
        turn = consumers.indexOf(consumer);
    }

    boolean matches(StoredMessage message) {
        var buffer = message.buffer();
        return evaluator == null || (buffer != null && evaluator.matches(buffer, message.offset(), message.length));
    }

    /** Whether it is known not to want this message, which came back. */
    boolean isUnwanted(int code, long sequence) {
        return unwanted.contains(Table.minor(code, sequence));
    }

    /**
     * Remembers that it does not want this message, which came back: what was read to see it need not be read again each time, or two
     * messages far from each other would be read in turn for ever.
     */
    void unwanted(int code, long sequence) {
        if (unwanted.size() > outflow.returnedCount() * 2 + UNWANTED_SPARE) {
            unwanted.removeIfLong(place -> !outflow.isReturned(Table.priority(place), Table.sequence(place)));
        }
        unwanted.add(Table.minor(code, sequence));
    }

    /** It may want it after all. */
    void wanted(int code, long sequence) {
        unwanted.remove(Table.minor(code, sequence));
    }

    long cursor(int code) {
        return cursors[code];
    }

    void cursor(int code, long sequence) {
        cursors[code] = sequence;
    }

    /** What was read at the cursor. */
    ReadAhead ahead() {
        return ahead;
    }

    /** What was read elsewhere: of what came back or waits. Apart, so that the cursor need not read again after each of these. */
    ReadAhead behind() {
        return behind;
    }

    /** Whether a read of the store is under way for it; it waits, so that order is kept. */
    boolean isLoading() {
        return loading;
    }

    void loading(boolean now) {
        loading = now;
    }

    /** Messages read from the store, of one lane, by growing sequence. */
    static final class ReadAhead {
        private final Group group;
        private final ArrayDeque<StoredMessage> messages = new ArrayDeque<>();
        private int code;

        ReadAhead(Group group) {
            this.group = group;
        }

        Group group() {
            return group;
        }

        void fill(int newCode, List<StoredMessage> loaded) {
            code = newCode;
            messages.clear();
            messages.addAll(loaded);
        }

        /** The message of this place if it was read; those before it are dropped. */
        @Nullable StoredMessage find(int wantedCode, long sequence) {
            if (wantedCode != code) {
                return null;
            }
            while (!messages.isEmpty() && messages.getFirst().sequence() < sequence) {
                messages.removeFirst();
            }
            StoredMessage first = messages.peekFirst();
            return first != null && first.sequence() == sequence ? first : null;
        }
    }
}
