package dev.sluice.server.core;

import dev.sluice.base.Invariant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the bytes of the messages that the dispatcher looks at: in memory, in what was read before, or else in the store. Owner: the shard thread. */
final class Finder {
    private static final int LOAD_MESSAGES = 256;
    private static final int LOAD_BYTES = 1024 * 1024;

    private final DispatcherEffects effects;
    private final List<Group> waitingForStore = new ArrayList<>();

    Finder(DispatcherEffects effects) {
        this.effects = effects;
    }

    /** The message with its bytes, or null while they are read from the store. */
    @Nullable StoredMessage find(Group.ReadAhead readAhead, Lane lane, long sequence) {
        StoredMessage message = lane.get(sequence);
        if (message != null && message.bodyNumber != 0 && !message.inStore()) {
            // Its body is streamed from the store, which will have it with the next change set.
            readAhead.group().loading(true);
            waitingForStore.add(readAhead.group());
            return null;
        }
        if (message != null && message.buffer() != null) {
            return message;
        }
        StoredMessage ahead = readAhead.find(lane.code(), sequence);
        if (ahead != null) {
            return ahead;
        }
        Invariant.check(!lane.isTransient(), "a non-persistent message lost its bytes");
        readAhead.group().loading(true);
        if (message != null) {
            effects.load(RowStore.Load.message(readAhead, message.copyWithoutBytes()));
        } else {
            StoredMessage.Place place = new StoredMessage.Place(lane.addressId(), lane.code(), sequence);
            long until = Math.max(sequence + 1, lane.windowStart());
            effects.load(RowStore.Load.lane(readAhead, place, until, LOAD_MESSAGES, LOAD_BYTES));
        }
        return null;
    }

    /** The store has all that was sealed: those for whom a large message was not there yet. */
    List<Group> committed() {
        List<Group> waited = new ArrayList<>(waitingForStore);
        waitingForStore.clear();
        return waited;
    }

    /** What was asked of the store is here. */
    static void found(RowStore.Load load) {
        Group.ReadAhead readAhead = (Group.ReadAhead) load.asker;
        if (load.kind == RowStore.Load.Kind.LANE) {
            checkFound(readAhead.group().outflow().subscription(), load);
        }
        int code = load.messages.isEmpty() ? 0 : load.messages.get(0).priority;
        readAhead.fill(code, load.messages);
    }

    /** The store has every message that is pending and not in memory; anything else is a bug, and going on would lose it. */
    private static void checkFound(Subscription subscription, RowStore.Load load) {
        boolean found = !load.messages.isEmpty() && load.messages.get(0).sequence() == load.from;
        Progress progress = subscription.progress(load.priority);
        boolean done = progress != null && progress.isDone(load.from);
        Invariant.check(
                found || done,
                "message %d of lane %d of \"%s\" is pending but not in the store",
                load.from,
                load.priority,
                subscription.address().name());
    }
}
