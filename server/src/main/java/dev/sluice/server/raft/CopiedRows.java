package dev.sluice.server.raft;

/** The rows of the shards of this server, as members copy them from each other. Any thread. */
public interface CopiedRows {
    /** A shard's rows as they are now. */
    Source read(int shard);

    /** Rows that will take the place of a shard's. */
    Target replace(int shard);

    /** Rows that are read. Used by one thread at a time. */
    interface Source extends AutoCloseable {
        /** The entry up to which they have everything; 0 when there are none. */
        long appliedIndex();

        /** The next rows, about so many bytes; empty at the end. */
        byte[] next(int bytes);

        @Override
        void close();
    }

    /** Rows that are written. Used by one thread. */
    interface Target extends AutoCloseable {
        /** The next rows. */
        void add(byte[] rows);

        /** All were added: durable when this returns. */
        void complete(long appliedIndex);

        /** Puts them in place: the shard goes on from them. Throws when it has more than they do. */
        void exchange();

        @Override
        void close();
    }
}
