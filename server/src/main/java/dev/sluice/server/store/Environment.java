package dev.sluice.server.store;

import dev.sluice.server.core.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.lmdbjava.CopyFlags;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.DirectBufferProxy;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.LmdbException;
import org.lmdbjava.Stat;
import org.lmdbjava.Txn;

/**
 * The LMDB environment of a shard with a database for each table. Any thread may read through a transaction of its own; one thread
 * writes. Commits are synced in full.
 */
final class Environment implements AutoCloseable {
    /** The store's own row in {@link Table#SHARD}, which no scan shows: format version (int32) and applied index (int64). */
    static final long OWN_MAJOR = -1;

    /** 2 has bodies that several messages share; rows of 1 are read as they are. */
    private static final int FORMAT = 2;

    private static final int OWN_ROW_BYTES = 12;
    private static final int FILE_MODE = 0600;
    private static final int READERS_MAX = 16;
    static final String DATA_FILE = "data.mdb";

    private final Env<DirectBuffer> env;
    private final List<Dbi<DirectBuffer>> tables = new ArrayList<>();
    private final Path data;

    private Environment(Env<DirectBuffer> env, Path directory) {
        this.env = env;
        this.data = directory.resolve(DATA_FILE);
        for (Table table : Table.values()) {
            tables.add(env.openDbi(table.name().toLowerCase(Locale.ROOT), DbiFlags.MDB_CREATE));
        }
    }

    /** Opens what is in {@code directory}, rebuilt first when its last sync failed, or creates it. */
    static Environment open(Path directory, long mapBytes) {
        try {
            Files.createDirectories(directory);
            SyncState state = new SyncState(directory);
            if (state.failed()) {
                rebuild(directory, mapBytes);
                state.good();
            }
            Environment environment = new Environment(openEnv(directory, mapBytes), directory);
            environment.checkFormat();
            SyncState.syncDirectory(directory);
            return environment;
        } catch (IOException | LmdbException failure) {
            throw new StoreException(
                    "the rows in " + directory + " cannot be opened: " + failure.getMessage(), failure);
        }
    }

    private static Env<DirectBuffer> openEnv(Path directory, long mapBytes) {
        // NOTLS: a thread may have several read transactions (a scan within a scan). Read-ahead stays on: a backlog is
        // read in order.
        return Env.create(DirectBufferProxy.PROXY_DB)
                .setMapSize(mapBytes)
                .setMaxDbs(Table.values().length)
                .setMaxReaders(READERS_MAX)
                .open(directory.toFile(), FILE_MODE, EnvFlags.MDB_NOTLS);
    }

    /**
     * Copies the last snapshot into a new file. After a failed sync the kernel may hold pages that are not on the disk and call them
     * clean: the copy writes every page anew, so that what is synced afterwards is what was read.
     */
    private static void rebuild(Path directory, long mapBytes) throws IOException {
        Path copy = directory.resolve("rebuild");
        Files.createDirectories(copy);
        Path copied = copy.resolve(DATA_FILE);
        Files.deleteIfExists(copied);
        try (Env<DirectBuffer> env = openEnv(directory, mapBytes)) {
            env.copy(copy.toFile(), CopyFlags.MDB_CP_COMPACT);
        }
        try (FileChannel channel = FileChannel.open(copied, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(copied, directory.resolve(DATA_FILE), StandardCopyOption.ATOMIC_MOVE);
        SyncState.syncDirectory(directory);
        Files.delete(copy);
    }

    private void checkFormat() {
        try (Txn<DirectBuffer> transaction = env.txnRead();
                TableCursor cursor = cursor(Table.SHARD, transaction)) {
            if (cursor.find(OWN_MAJOR, 0) && cursor.value().getInt(0) > FORMAT) {
                throw new StoreException("the rows in " + data + " have format "
                        + cursor.value().getInt(0) + ", this program reads formats up to " + FORMAT
                        + ": start it with the version that wrote them");
            }
        }
    }

    Txn<DirectBuffer> read() {
        return env.txnRead();
    }

    Txn<DirectBuffer> write() {
        return env.txnWrite();
    }

    TableCursor cursor(Table table, Txn<DirectBuffer> transaction) {
        return new TableCursor(tables.get(table.code()), transaction);
    }

    long appliedIndex() {
        try (Txn<DirectBuffer> transaction = env.txnRead()) {
            return appliedIndex(transaction);
        }
    }

    long appliedIndex(Txn<DirectBuffer> transaction) {
        try (TableCursor cursor = cursor(Table.SHARD, transaction)) {
            return cursor.find(OWN_MAJOR, 0) ? cursor.value().getLong(4) : 0;
        }
    }

    void appliedIndex(long index, Txn<DirectBuffer> transaction) {
        UnsafeBuffer row = new UnsafeBuffer(ByteBuffer.allocateDirect(OWN_ROW_BYTES));
        row.putInt(0, FORMAT);
        row.putLong(4, index);
        try (TableCursor cursor = cursor(Table.SHARD, transaction)) {
            cursor.put(OWN_MAJOR, 0, row);
        }
    }

    /** Bytes of the pages that hold rows; pages free for later use do not count. */
    long usedBytes() {
        try (Txn<DirectBuffer> transaction = env.txnRead()) {
            Stat names = env.stat();
            long pages = pages(names);
            for (Dbi<DirectBuffer> table : tables) {
                pages += pages(table.stat(transaction));
            }
            return pages * names.pageSize;
        }
    }

    private static long pages(Stat stat) {
        return stat.branchPages + stat.leafPages + stat.overflowPages;
    }

    /** Bytes of the file, pages free for later use included. */
    long fileBytes() {
        return data.toFile().length();
    }

    @Override
    public void close() {
        env.close();
    }
}
