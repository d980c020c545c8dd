package dev.sluice.server.shard;

import dev.sluice.server.core.Browser;
import dev.sluice.server.core.Consumer;
import dev.sluice.server.core.Dispatcher;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.StoredMessage;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** Large bodies on their way to consumers and browsers: one chunk of each is read at a time, and none while its connection is congested. Owner: the shard thread. */
final class Streams {
    private final Loads loads;
    private final IdentityHashMap<Object, Stream> byReceiver = new IdentityHashMap<>();
    private final List<Stream> held = new ArrayList<>();

    Streams(Loads loads) {
        this.loads = loads;
    }

    /** A body under way. */
    static final class Stream {
        private final Object receiver;
        private final ClientConnection connection;
        private final StoredMessage message;
        private final long epoch;
        private long sent;

        private Stream(Object receiver, ClientConnection connection, StoredMessage message) {
            this.receiver = receiver;
            this.connection = connection;
            this.message = message;
            this.epoch = receiver instanceof Consumer consumer ? consumer.epoch() : 0;
        }

        /** Tells the dispatcher that the receiver can take the next message. */
        void resume(Dispatcher dispatcher) {
            if (receiver instanceof Consumer consumer) {
                dispatcher.resume(consumer);
            } else {
                dispatcher.browsers().resume((Browser) receiver);
            }
        }

        /** It was cut off: the client drops what it has of it, and its credit is as before. */
        void cut() {
            if (receiver instanceof Consumer consumer && consumer.epoch() == epoch) {
                consumer.uncountSent();
            }
        }

        Object receiver() {
            return receiver;
        }

        /** The client's number of the consumer or browser. */
        long receiverId() {
            return receiver instanceof Consumer consumer ? consumer.id() : ((Browser) receiver).id();
        }

        long epoch() {
            return epoch;
        }

        private boolean isAlive(Sessions sessions) {
            if (connection.isClosed()) {
                return false;
            }
            if (receiver instanceof Consumer consumer) {
                return consumer.epoch() == epoch
                        && consumer.holds(message)
                        && sessions.connection(consumer.session()) == connection;
            }
            return connection.browsers().containsValue((Browser) receiver);
        }

        ClientConnection connection() {
            return connection;
        }

        StoredMessage message() {
            return message;
        }
    }

    /** Whether a body is under way to the consumer or browser. */
    boolean isStreaming(Object receiver) {
        return !byReceiver.isEmpty() && byReceiver.containsKey(receiver);
    }

    /** Begins to send the body of a message to a consumer or browser. */
    void begin(Object receiver, ClientConnection connection, StoredMessage message) {
        Stream stream = new Stream(receiver, connection, message);
        byReceiver.put(receiver, stream);
        read(stream);
    }

    private void read(Stream stream) {
        if (stream.connection.isCongested()) {
            held.add(stream);
        } else {
            loads.begin(RowStore.Load.chunk(stream, stream.message.bodyNumber, stream.sent));
        }
    }

    /** Whether the receiver still waits for it. */
    boolean isAlive(Stream stream, Sessions sessions) {
        return stream.isAlive(sessions);
    }

    /** A chunk was written; returns whether it was the last. */
    boolean advance(Stream stream, int bytes) {
        stream.sent += bytes;
        if (stream.sent >= stream.message.bodyBytes) {
            end(stream);
            return true;
        }
        read(stream);
        return false;
    }

    void end(Stream stream) {
        byReceiver.remove(stream.receiver, stream);
    }

    /** A connection can take more, or is gone: those that waited for it go on. */
    void drained(ClientConnection connection) {
        if (held.isEmpty()) {
            return;
        }
        List<Stream> waiting = new ArrayList<>(held);
        held.clear();
        for (Stream stream : waiting) {
            if (stream.connection == connection) {
                loads.begin(RowStore.Load.chunk(stream, stream.message.bodyNumber, stream.sent));
            } else {
                held.add(stream);
            }
        }
    }
}
