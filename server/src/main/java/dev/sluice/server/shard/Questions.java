package dev.sluice.server.shard;

import dev.sluice.server.core.Dispatcher;
import dev.sluice.server.core.Session;
import dev.sluice.wire.RefusalCode;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who asks whether more comes to a consumer is answered when all was sent to it that it may be sent now. Owner: the shard thread. */
final class Questions {
    private final Map<Question, Long> open = new LinkedHashMap<>();

    private record Question(ClientConnection connection, long consumerId) {}

    /** The answer is the end of a browser. Of two questions about one consumer the first is answered with the second. */
    void ask(ClientConnection connection, long consumerId, long browserId, Clients clients) {
        Long before = open.put(new Question(connection, consumerId), browserId);
        if (before != null) {
            answer(connection, before, clients);
        }
    }

    /** After all was dispatched. */
    void answer(Dispatcher dispatcher, Clients clients) {
        Iterator<Map.Entry<Question, Long>> questions = open.entrySet().iterator();
        while (questions.hasNext()) {
            Map.Entry<Question, Long> next = questions.next();
            ClientConnection connection = next.getKey().connection;
            Session session = connection.session();
            if (connection.isClosed() || session == null) {
                questions.remove();
            } else if (!dispatcher.isWaited(session, next.getKey().consumerId)) {
                questions.remove();
                answer(connection, next.getValue(), clients);
            }
        }
    }

    private static void answer(ClientConnection connection, long browserId, Clients clients) {
        clients.say(connection)
                .browseEndFrame(browserId, RefusalCode.DESTINATION_UNKNOWN, "there is no such queue to browse");
    }
}
