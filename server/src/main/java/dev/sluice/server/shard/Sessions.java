package dev.sluice.server.shard;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.server.core.Session;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.agrona.collections.Long2LongCounterMap;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/** Which session is connected, which comes back, and which is away since when. Owner: the shard thread. */
final class Sessions {
    private final long graceMillis;
    private final long memoryMillis;
    private final Long2ObjectHashMap<ClientConnection> connected = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<Away> away = new Long2ObjectHashMap<>();
    /** Those whose clients have said Hello and are not answered yet, by connection. */
    private final Map<ClientConnection, Session> returning = new HashMap<>();
    /** On how many connections each of these is. */
    private final Long2LongCounterMap returningOn = new Long2LongCounterMap(0);

    private final LongHashSet ending = new LongHashSet();
    private final ArrayDeque<Away> inGrace = new ArrayDeque<>();
    private final ArrayDeque<Away> remembered = new ArrayDeque<>();

    Sessions(long graceMillis, long memoryMillis) {
        this.graceMillis = graceMillis;
        this.memoryMillis = memoryMillis;
    }

    /** For how long a session that is away is remembered. */
    long memoryMillis() {
        return memoryMillis;
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

    /** Whether it is connected, coming back or away, and not new. */
    boolean isKnown(Session session) {
        return away.containsKey(session.id()) || !isAway(session);
    }

    /** Whether its client neither is connected nor waits for the answer to its Hello. */
    boolean isAway(Session session) {
        return !connected.containsKey(session.id()) && !isReturning(session);
    }

    private boolean isReturning(Session session) {
        return returningOn.get(session.id()) > 0;
    }

    /** The session's client says Hello on a new connection: it is not away while it waits for the answer. */
    void comeBack(Session session, ClientConnection connection) {
        returning.put(connection, session);
        returningOn.incrementAndGet(session.id());
        away.remove(session.id());
    }

    /** What the Hello of a connection is answered is known. */
    @CanIgnoreReturnValue
    private @Nullable Session answered(ClientConnection connection) {
        Session session = returning.remove(connection);
        if (session != null) {
            returningOn.decrementAndGet(session.id());
        }
        return session;
    }

    /** A connection is gone; if a session was to come back on it, and on no other one, that is away. */
    void hangUp(ClientConnection connection, long nowMillis) {
        Session session = answered(connection);
        if (session != null && isAway(session)) {
            leave(session, nowMillis);
        }
    }

    /** The session is connected. */
    void connect(Session session, ClientConnection connection) {
        answered(connection);
        connected.put(session.id(), connection);
        away.remove(session.id());
    }

    /** The session's socket is gone, or the server has just started: it is away, unless its client says Hello on another one already. */
    void leave(Session session, long nowMillis) {
        connected.remove(session.id());
        if (isReturning(session)) {
            return;
        }
        Away leaving = new Away(session, nowMillis);
        away.put(session.id(), leaving);
        inGrace.add(leaving);
        remembered.add(leaving);
    }

    /** The session is no more. */
    void forget(Session session) {
        connected.remove(session.id());
        if (isReturning(session)) {
            returning.values().removeIf(each -> each == session);
            returningOn.remove(session.id());
        }
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
