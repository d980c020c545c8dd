package dev.sluice.server.shard;

import dev.sluice.server.core.Session;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.function.Consumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/** Which session is connected, which is away and since when. Owner: the shard thread. */
final class Sessions {
    private final long graceMillis;
    private final long memoryMillis;
    private final Long2ObjectHashMap<ClientConnection> connected = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<Away> away = new Long2ObjectHashMap<>();
    private final LongHashSet ending = new LongHashSet();
    private final ArrayDeque<Away> inGrace = new ArrayDeque<>();
    private final ArrayDeque<Away> remembered = new ArrayDeque<>();

    Sessions(long graceMillis, long memoryMillis) {
        this.graceMillis = graceMillis;
        this.memoryMillis = memoryMillis;
    }

    /** A session whose socket is gone. By identity: each loss of a socket is one. */
    private static final class Away {
        private final Session session;
        private final long sinceMillis;

        Away(Session session, long sinceMillis) {
            this.session = session;
            this.sinceMillis = sinceMillis;
        }
    }

    @Nullable ClientConnection connection(Session session) {
        return connected.get(session.id());
    }

    Collection<ClientConnection> connections() {
        return connected.values();
    }

    /** Whether it is connected or away, and not new. */
    boolean isKnown(Session session) {
        return connected.containsKey(session.id()) || away.containsKey(session.id());
    }

    /** The session is connected. */
    void connect(Session session, ClientConnection connection) {
        connected.put(session.id(), connection);
        away.remove(session.id());
    }

    /** The session's socket is gone, or the server has just started. */
    void leave(Session session, long nowMillis) {
        connected.remove(session.id());
        Away leaving = new Away(session, nowMillis);
        away.put(session.id(), leaving);
        inGrace.add(leaving);
        remembered.add(leaving);
    }

    /** The session is no more. */
    void forget(Session session) {
        connected.remove(session.id());
        away.remove(session.id());
        ending.remove(session.id());
    }

    /** Its end was proposed: it may not come back, though it is known until that is applied. */
    void ending(Session session) {
        ending.add(session.id());
    }

    boolean isEnding(Session session) {
        return ending.contains(session.id());
    }

    /** Shows the sessions whose time to claim is over, and those that are to be forgotten, once each. */
    void expire(long nowMillis, Consumer<Session> detach, Consumer<Session> end) {
        for (Away first = inGrace.peekFirst(); first != null && first.sinceMillis + graceMillis <= nowMillis; ) {
            inGrace.removeFirst();
            if (away.get(first.session.id()) == first) {
                detach.accept(first.session);
            }
            first = inGrace.peekFirst();
        }
        for (Away first = remembered.peekFirst(); first != null && first.sinceMillis + memoryMillis <= nowMillis; ) {
            remembered.removeFirst();
            if (away.get(first.session.id()) == first) {
                ending(first.session);
                end.accept(first.session);
            }
            first = remembered.peekFirst();
        }
    }

    /** When {@link #expire} has something to do next. */
    long nextMillis() {
        long next = Long.MAX_VALUE;
        if (!inGrace.isEmpty()) {
            next = inGrace.getFirst().sinceMillis + graceMillis;
        }
        if (!remembered.isEmpty()) {
            next = Math.min(next, remembered.getFirst().sinceMillis + memoryMillis);
        }
        return next;
    }
}
