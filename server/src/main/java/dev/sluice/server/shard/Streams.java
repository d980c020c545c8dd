package dev.sluice.server.shard;

import dev.sluice.server.core.Consumer;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.StoredMessage;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** Large bodies on their way to consumers: one chunk of each is read at a time, and none while its connection is congested. Owner: the shard thread. */
final class Streams {
    private final RowStore store;
    private final IdentityHashMap<Consumer, Stream> byConsumer = new IdentityHashMap<>();
    private final List<Stream> held = new ArrayList<>();

    Streams(RowStore store) {
        this.store = store;
    }

    /** A body under way. */
    static final class Stream {
        private final Consumer consumer;
        private final ClientConnection connection;
        private final StoredMessage message;
        private final long epoch;
        private long sent;

        Stream(Consumer consumer, ClientConnection connection, StoredMessage message) {
            this.consumer = consumer;
            this.connection = connection;
            this.message = message;
            this.epoch = consumer.epoch();
        }

        Consumer consumer() {
            return consumer;
        }

        ClientConnection connection() {
            return connection;
        }

        StoredMessage message() {
            return message;
        }
    }

    boolean isStreaming(Consumer consumer) {
        return !byConsumer.isEmpty() && byConsumer.containsKey(consumer);
    }

    void begin(Consumer consumer, ClientConnection connection, StoredMessage message) {
        Stream stream = new Stream(consumer, connection, message);
        byConsumer.put(consumer, stream);
        read(stream);
    }

    private void read(Stream stream) {
        if (stream.connection.isCongested()) {
            held.add(stream);
        } else {
            store.load(RowStore.Load.chunk(stream, stream.message.bodyNumber, stream.sent));
        }
    }

    /** Whether the consumer still waits for it. */
    boolean isAlive(Stream stream, Sessions sessions) {
        return stream.consumer.epoch() == stream.epoch
                && stream.consumer.holds(stream.message)
                && !stream.connection.isClosed()
                && sessions.connection(stream.consumer.session()) == stream.connection;
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
        byConsumer.remove(stream.consumer, stream);
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
                store.load(RowStore.Load.chunk(stream, stream.message.bodyNumber, stream.sent));
            } else {
                held.add(stream);
            }
        }
    }
}
