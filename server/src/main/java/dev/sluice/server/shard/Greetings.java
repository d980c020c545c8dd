package dev.sluice.server.shard;

import dev.sluice.server.core.ReplicatedMachine;
import dev.sluice.server.core.Session;
import dev.sluice.wire.RefusalCode;
import org.jspecify.annotations.Nullable;

/** What a Hello is answered, once this server is known to lead: the session goes on, begins, or is not known any more. Owner: the shard thread. */
final class Greetings {
    private final ReplicatedMachine machine;
    private final Sessions sessions;
    private final Clients clients;
    private final Fence fence;
    private final Side side;

    /** What a greeting has done. */
    interface Side {
        /** Ends a connection whose client has another one now. */
        void closed(ClientConnection before);

        /** Proposes a session, which the connection waits for. */
        void open(ClientConnection connection);
    }

    Greetings(ReplicatedMachine machine, Sessions sessions, Clients clients, Fence fence, Side side) {
        this.machine = machine;
        this.sessions = sessions;
        this.clients = clients;
        this.fence = fence;
        this.side = side;
    }

    /** The connection is new. */
    void hello(ClientConnection connection) {
        Session session = sessionOf(connection);
        if (session != null && isKeptFor(connection, session)) {
            sessions.comeBack(session, connection);
        }
        fence.pass(() -> greet(connection));
    }

    private void greet(ClientConnection connection) {
        if (connection.isClosed()) {
            return;
        }
        Session session = sessionOf(connection);
        if (session != null && isKeptFor(connection, session)) {
            resume(connection, session);
        } else if (connection.greeting().sessionId() != 0 || (session != null && isOwn(connection, session))) {
            clients.refuse(
                    connection,
                    RefusalCode.SESSION_UNKNOWN,
                    "the session is not known any more: it was away for longer than " + sessions.memoryMillis() / 1000
                            + " s, or another connection took its client identifier meanwhile");
        } else {
            side.open(connection);
        }
    }

    private @Nullable Session sessionOf(ClientConnection connection) {
        Inbox.Greeting greeting = connection.greeting();
        return greeting.sessionId() == 0
                ? machine.catalog().session(greeting.keyHigh(), greeting.keyLow())
                : machine.catalog().session(greeting.sessionId());
    }

    private boolean isKeptFor(ClientConnection connection, Session session) {
        return isOwn(connection, session) && !sessions.isEnding(session);
    }

    private static boolean isOwn(ClientConnection connection, Session session) {
        return session.hasKey(
                connection.greeting().keyHigh(), connection.greeting().keyLow());
    }

    private void resume(ClientConnection connection, Session session) {
        ClientConnection before = sessions.connection(session);
        if (before != null) {
            side.closed(before);
        }
        clients.welcome(connection, session, true);
    }
}
