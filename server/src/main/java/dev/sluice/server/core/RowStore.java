package dev.sluice.server.core;

import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a shard, as they were at the last committed change set. Called by the shard thread; commits and cold reads run on threads
 * of the store, and their ends are polled.
 */
public interface RowStore extends AutoCloseable {
    /** The index of the last batch that is in the rows, 0 when there is none. */
    long appliedIndex();

    /** Reads rows of {@code table} in the order of their keys from (major, minor) on, until the visitor returns false. Short. */
    void scan(Table table, long fromMajor, long fromMinor, ScanVisitor visitor);

    /** Reads the envelope of a message by number into a new buffer, or null when there is none. For rare cases: it may touch the disk. */
    @Nullable DirectBuffer envelope(long number);

    /** Begins to commit (synced). At most one at a time. */
    void commit(ChangeSet changes);

    /** The change set whose commit has ended since the last call, or null. */
    @Nullable ChangeSet pollCommitted();

    /**
     * Whether a commit failed; then the shard must stop: what is in the rows is the last change set that was polled.
     */
    @Nullable Throwable failure();

    /** Begins to read messages; several at a time are fine. */
    void load(Load request);

    /** A request that has been answered since the last call, or null. */
    @Nullable Load pollLoaded();

    /** Bytes of the disk (or memory) that rows use now. */
    long usedBytes();

    /** The most that rows may use. */
    long limitBytes();

    /** Ends the threads and closes; a running commit is finished first. */
    @Override
    void close();

    /** Sees rows in order. */
    @FunctionalInterface
    interface ScanVisitor {
        /** One row, good during the call; false ends the scan. */
        boolean row(long major, long minor, DirectBuffer value, int length);
    }

    /**
     * A read of cold messages. The answer is in {@link #messages} (by growing sequence, each {@code loaded}) or in {@link #chunk}.
     */
    final class Load {
        /** What to read: a run of a lane, messages by number, or a chunk of a body. */
        public enum Kind {
            /** Messages of the lane ({@code major} = address, priority) from {@code from} on, that exist, up to the limits. */
            LANE,
            /** The message whose number is {@code from}, into the only one of {@link #messages}. */
            MESSAGE,
            /** The chunk of body {@code major} at offset {@code from}. */
            CHUNK
        }

        /** What to read. */
        public final Kind kind;

        /** The address, or the body number. */
        public final long major;

        /** The lane's priority. */
        public final int priority;

        /** The first sequence, the message number, or the offset. */
        public final long from;

        /** Sequences at and after this one are not read. */
        public final long until;

        /** At most so many messages. */
        public final int messagesMax;

        /** No further message when so many bytes are read. */
        public final int bytesMax;

        /** The answer. For {@link Kind#MESSAGE} the caller adds the message before; its bytes are loaded. */
        public final List<StoredMessage> messages = new java.util.ArrayList<>();

        /** The answer for {@link Kind#CHUNK}: null when there is none. */
        public @Nullable DirectBuffer chunk;

        /** The first sequence that was not looked at ({@link Kind#LANE}): everything before it that exists is in the answer. */
        public long next;

        /** Who asked; the store leaves it alone. */
        public final Object asker;

        private Load(Kind kind, Object asker, long major, int priority, long from, long until) {
            this(kind, asker, new long[] {major, from, until}, priority, 1, Integer.MAX_VALUE);
        }

        private Load(Kind kind, Object asker, long[] keys, int priority, int messagesMax, int bytesMax) {
            this.kind = kind;
            this.asker = asker;
            this.major = keys[0];
            this.from = keys[1];
            this.until = keys[2];
            this.priority = priority;
            this.messagesMax = messagesMax;
            this.bytesMax = bytesMax;
        }

        /** A run of a lane, [{@code from}, {@code until}). */
        public static Load lane(Object asker, StoredMessage.Place from, long until, int messagesMax, int bytesMax) {
            return new Load(
                    Kind.LANE,
                    asker,
                    new long[] {from.addressId(), from.sequence(), until},
                    from.priority(),
                    messagesMax,
                    bytesMax);
        }

        /** The bytes of one message. */
        public static Load message(Object asker, StoredMessage message) {
            Load load = new Load(Kind.MESSAGE, asker, 0, 0, message.number, 0);
            load.messages.add(message);
            return load;
        }

        /** A chunk of a body. */
        public static Load chunk(Object asker, long bodyNumber, long offset) {
            return new Load(Kind.CHUNK, asker, bodyNumber, 0, offset, 0);
        }
    }
}
