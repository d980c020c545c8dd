package dev.sluice.server.store;

import dev.sluice.server.core.IndexRow;
import dev.sluice.server.core.RowStore.Load;
import dev.sluice.server.core.StoredMessage;
import dev.sluice.server.core.Table;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Txn;

/**
 * Answers cold reads through short read transactions, since a long one keeps LMDB from using freed pages again. Bytes are copied to the
 * heap, an array a message: each goes when its message does, without counting users. Owner: the reader thread.
 */
final class Reader {
    // A transaction is renewed when it is this old; the clock is looked at once in so many rows.
    private static final long TRANSACTION_NANOS = 5_000_000;
    private static final int ROWS_PER_LOOK = 32;

    private final Environment environment;

    Reader(Environment environment) {
        this.environment = environment;
    }

    /** An answer; {@code envelope} is for {@link Load.Kind#MESSAGE}, whose message belongs to the owner until it polls. */
    record Answer(
            Load request,
            @Nullable DirectBuffer envelope,
            @Nullable Throwable failure) {}

    void load(List<Load> requests, Consumer<Answer> answer) {
        for (Load request : requests) {
            answer.accept(load(request));
        }
    }

    private Answer load(Load request) {
        try (Txn<DirectBuffer> transaction = environment.read();
                Cursors cursors = new Cursors(environment, transaction)) {
            DirectBuffer envelope = null;
            switch (request.kind) {
                case LANE -> loadLane(request, cursors, transaction);
                case MESSAGE -> envelope = copy(cursors.of(Table.MESSAGES), request.from, 0);
                case CHUNK -> request.chunk = copy(cursors.of(Table.CHUNKS), request.major, request.from);
            }
            return new Answer(request, envelope, null);
        } catch (RuntimeException | Error failure) {
            return new Answer(request, null, failure);
        }
    }

    private static void loadLane(Load request, Cursors cursors, Txn<DirectBuffer> transaction) {
        TableCursor index = cursors.of(Table.INDEX);
        long until = Lane.end(request.until);
        long sequence = request.from;
        long bytes = 0;
        int rows = 0;
        long begun = System.nanoTime();
        boolean there = sequence < until && index.seek(request.major, Table.minor(request.priority, sequence));
        request.next = request.until;
        while (there && index.major() == request.major && Table.priority(index.minor()) == request.priority) {
            sequence = Table.sequence(index.minor());
            if (sequence >= until) {
                return;
            }
            if (request.messages.size() >= request.messagesMax || bytes >= request.bytesMax) {
                request.next = sequence;
                return;
            }
            bytes += loadRow(request, sequence, index.value(), cursors.of(Table.MESSAGES));
            if (++rows % ROWS_PER_LOOK == 0 && System.nanoTime() - begun > TRANSACTION_NANOS) {
                transaction.reset();
                transaction.renew();
                cursors.renew();
                begun = System.nanoTime();
                there = index.seek(request.major, Table.minor(request.priority, sequence + 1));
            } else {
                there = index.next();
            }
        }
    }

    private static int loadRow(Load request, long sequence, DirectBuffer row, TableCursor messages) {
        StoredMessage message =
                IndexRow.message(row, new StoredMessage.Place(request.major, request.priority, sequence));
        DirectBuffer envelope = copy(messages, message.number, 0);
        if (envelope == null) {
            return 0;
        }
        message.loaded(envelope, 0);
        request.messages.add(message);
        return envelope.capacity();
    }

    static @Nullable DirectBuffer copy(TableCursor cursor, long major, long minor) {
        if (!cursor.find(major, minor)) {
            return null;
        }
        DirectBuffer value = cursor.value();
        byte[] bytes = new byte[value.capacity()];
        value.getBytes(0, bytes);
        return new UnsafeBuffer(bytes);
    }
}
