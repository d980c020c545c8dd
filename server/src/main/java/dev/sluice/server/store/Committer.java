package dev.sluice.server.store;

import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.IndexRow;
import dev.sluice.server.core.StoredMessage;
import dev.sluice.server.core.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.LmdbException;
import org.lmdbjava.LmdbNativeException;
import org.lmdbjava.Txn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a change set in one transaction that carries its applied index. Owner: the store thread. */
final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final int SCRATCH_BYTES = 4096;
    // errno of a full disk and of a used-up quota, on Linux and on macOS.
    private static final List<Integer> NO_SPACE = List.of(28, 122, 69);
    private static final int IO_ERROR = 5;
    private static final long FULL_BELOW_BYTES = 4L << 20;
    private static final Comparator<StoredMessage> BY_PLACE = (left, right) -> {
        int addresses = Long.compareUnsigned(left.addressId, right.addressId);
        return addresses != 0 ? addresses : Long.compareUnsigned(minor(left), minor(right));
    };

    private final Environment environment;
    private final Path directory;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final List<StoredMessage> byPlace = new ArrayList<>();
    private UnsafeBuffer scratch = new UnsafeBuffer(ByteBuffer.allocateDirect(SCRATCH_BYTES));

    Committer(Environment environment, Path directory) {
        this.environment = environment;
        this.directory = directory;
    }

    /** The end of a commit. When the disk had no space nothing has happened, and the commit may be tried again. */
    record Outcome(ChangeSet changes, @Nullable Throwable failure, boolean noSpace, long usedBytes) {}

    void commit(List<ChangeSet> all, Consumer<Outcome> answer) {
        for (ChangeSet changes : all) {
            answer.accept(commit(changes));
        }
    }

    private Outcome commit(ChangeSet changes) {
        boolean written = false;
        try (Txn<DirectBuffer> transaction = environment.write()) {
            write(changes, transaction);
            environment.appliedIndex(changes.appliedIndex(), transaction);
            written = true;
            transaction.commit();
        } catch (RuntimeException | Error failure) {
            boolean noSpace = isNoSpace(failure);
            if (written && !noSpace) {
                markFailed();
            }
            return new Outcome(changes, failure, noSpace, 0);
        } finally {
            byPlace.clear();
        }
        try {
            return new Outcome(changes, null, false, environment.usedBytes());
        } catch (LmdbException failure) {
            return new Outcome(changes, failure, false, 0);
        }
    }

    private boolean isNoSpace(Throwable failure) {
        return failure instanceof LmdbNativeException nativeFailure
                && (NO_SPACE.contains(nativeFailure.getResultCode())
                        || (nativeFailure.getResultCode() == IO_ERROR && diskIsFull()));
    }

    // LMDB calls a write that came to its end early an I/O error, and on a disk that gets full this is what happens
    // first.
    private boolean diskIsFull() {
        try {
            return Files.getFileStore(directory).getUsableSpace() < FULL_BELOW_BYTES;
        } catch (IOException unknown) {
            return false;
        }
    }

    private void markFailed() {
        try {
            new SyncState(directory).fail();
        } catch (IOException failure) {
            LOG.error("store=sync-state-not-written directory={}", directory, failure);
        }
    }

    private void write(ChangeSet changes, Txn<DirectBuffer> transaction) {
        try (Removal removal = new Removal(environment, transaction)) {
            removal.run(changes);
        }
        writeBodies(changes.bodies(), transaction);
        writeChunks(changes.chunks(), transaction);
        writeIndex(changes.indexed(), transaction);
        writeRows(changes, transaction);
    }

    private void writeBodies(List<StoredMessage> bodies, Txn<DirectBuffer> transaction) {
        if (bodies.isEmpty()) {
            return;
        }
        try (TableCursor cursor = environment.cursor(Table.MESSAGES, transaction)) {
            boolean any = cursor.last();
            long last = any ? cursor.major() : 0;
            for (StoredMessage message : bodies) {
                DirectBuffer value = direct(Envelopes.of(message), message.offset(), message.length);
                if (!any || Long.compareUnsigned(message.number, last) > 0) {
                    cursor.append(message.number, 0, value);
                    last = message.number;
                    any = true;
                } else {
                    cursor.put(message.number, 0, value);
                }
            }
        }
    }

    private void writeChunks(List<ChangeSet.Chunk> chunks, Txn<DirectBuffer> transaction) {
        if (chunks.isEmpty()) {
            return;
        }
        try (TableCursor cursor = environment.cursor(Table.CHUNKS, transaction)) {
            for (ChangeSet.Chunk chunk : chunks) {
                cursor.put(
                        chunk.bodyNumber(), chunk.bodyOffset(), direct(chunk.buffer(), chunk.offset(), chunk.length()));
            }
        }
    }

    // In the order of the keys: rows of the same address share pages, and a page is then touched once.
    private void writeIndex(List<StoredMessage> indexed, Txn<DirectBuffer> transaction) {
        if (indexed.isEmpty()) {
            return;
        }
        byPlace.addAll(indexed);
        byPlace.sort(BY_PLACE);
        view.wrap(scratch, 0, StoredMessage.INDEX_ROW_BYTES);
        try (TableCursor cursor = environment.cursor(Table.INDEX, transaction)) {
            for (StoredMessage message : byPlace) {
                IndexRow.encode(message, view);
                cursor.put(message.addressId, minor(message), view);
            }
        }
    }

    private static long minor(StoredMessage message) {
        return Table.minor(message.priority, message.sequence());
    }

    private void writeRows(ChangeSet changes, Txn<DirectBuffer> transaction) {
        try (Cursors cursors = new Cursors(environment, transaction)) {
            changes.forEachRow((table, major, minor, buffer, offset, length) -> {
                TableCursor cursor = cursors.of(table);
                if (length != ChangeSet.DELETED) {
                    cursor.put(major, minor, direct(buffer, offset, length));
                } else if (cursor.find(major, minor)) {
                    cursor.delete();
                }
            });
        }
    }

    // LMDB reads native memory only: what stands on the heap goes through the scratch buffer.
    private DirectBuffer direct(DirectBuffer buffer, int offset, int length) {
        if (buffer.byteArray() == null) {
            view.wrap(buffer, offset, length);
            return view;
        }
        if (length > scratch.capacity()) {
            scratch = new UnsafeBuffer(ByteBuffer.allocateDirect(Integer.highestOneBit(length) * 2));
        }
        scratch.putBytes(0, buffer, offset, length);
        view.wrap(scratch, 0, length);
        return view;
    }
}
