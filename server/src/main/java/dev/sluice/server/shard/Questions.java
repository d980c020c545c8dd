package dev.sluice.server.shard;

import dev.sluice.server.core.Dispatcher;
import dev.sluice.server.core.Session;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.Wire;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who asks whether more comes to a consumer is answered when all was sent to it that it may be sent now. Owner: the shard thread. */
final class Questions {
    private final Map<Question, Long> open = new LinkedHashMap<>();

    private record Question(ClientConnection connection, long consumerId) {}

    private final int shard;

    Questions(int shard) {
        this.shard = shard;
    }

    /** The answer is the end of a browser, of an address that is not there. Of two questions about one consumer the first is answered with the second. */
    void ask(ClientConnection connection, long addressId, long browserId, Clients clients) {
        long consumerId = Wire.askedAbout(addressId, shard);
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
