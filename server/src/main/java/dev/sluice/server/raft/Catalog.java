package dev.sluice.server.raft;

import dev.sluice.base.Monitor;
import dev.sluice.base.SerialTasks;
import dev.sluice.base.SharedRef;
import dev.sluice.server.log.LogException;
import dev.sluice.wire.BucketMap;
import dev.sluice.wire.FrameException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all members agree on beside the shards: which shard has which bucket. As a member knows it, in a file of its Raft directory that is written before
 * anyone goes by it. An entry of the log is a map: it takes the place of the one of the version before. The first one is put by whoever leads when there is none. Any thread.
 */
final class Catalog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);
    private static final String FILE = "catalog";
    private static final int FORMAT = 1;
    private static final long PAUSE_NANOS = 200_000_000;
    private static final long PATIENCE_SECONDS = 10;

    private final Path file;
    private final BucketMap initial;
    private final SharedRef<Kept> kept = new SharedRef<>();
    private final SharedRef<Function<ByteString, CompletableFuture<ByteString>>> proposer = new SharedRef<>();
    private final Monitor monitor = new Monitor();
    private final SerialTasks thread = new SerialTasks("sluice-catalog");
    private final Pauses pauses = new Pauses();

    /** The map, and the entry that it came with. */
    record Kept(TermIndex entry, BucketMap map) {}

    private Catalog(Path file, BucketMap initial) {
        this.file = file;
        this.initial = initial;
    }

    /**
     * Reads what is known.
     *
     * @param directory of the Raft server
     * @param shards how many this member has
     * @throws IOException when it cannot be read, or is of another number of shards
     */
    static Catalog open(Path directory, int shards) throws IOException {
        Catalog catalog = new Catalog(directory.resolve(FILE), BucketMap.initial(shards));
        if (Files.exists(catalog.file)) {
            catalog.read();
        }
        return catalog;
    }

    private void read() throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)));
        int format = in.readInt();
        if (format != FORMAT) {
            throw new IOException(file + " has format " + format + ", and this program reads " + FORMAT);
        }
        TermIndex entry = TermIndex.valueOf(in.readLong(), in.readLong());
        BucketMap map = readMap(in);
        checkShards(map);
        kept.set(new Kept(entry, map));
    }

    private void checkShards(BucketMap map) throws IOException {
        if (map.shards() != initial.shards()) {
            throw new IOException("the catalog of the cluster is for " + map.shards() + " shards, and this member has "
                    + initial.shards() + " (shards)");
        }
    }

    private static BucketMap readMap(DataInput in) throws IOException {
        long version = in.readLong();
        int shards = in.readInt();
        int length = in.readInt();
        if (length < 0 || length > BucketMap.BYTES_MAX) {
            throw new IOException("a catalog with a map of " + length + " bytes");
        }
        byte[] runs = new byte[length];
        in.readFully(runs);
        try {
            return BucketMap.decode(version, shards, runs);
        } catch (FrameException malformed) {
            throw new IOException("a catalog with " + malformed.getMessage(), malformed);
        }
    }

    static void write(BucketMap map, DataOutput out) throws IOException {
        byte[] runs = map.encode();
        out.writeLong(map.version());
        out.writeInt(map.shards());
        out.writeInt(runs.length);
        out.write(runs);
    }

    /** What is known; null before a member has heard of any map. */
    @Nullable Kept kept() {
        return kept.value();
    }

    /** The map; null before this member has heard of any. */
    @Nullable BucketMap map() {
        Kept known = kept.value();
        return known == null ? null : known.map;
    }

    /** Waits for a map, so long at most. Answers whether there is one. */
    boolean await(long nanos) throws InterruptedException {
        monitor.enter();
        try {
            for (long left = nanos; map() == null && left > 0; ) {
                left = monitor.await(left);
            }
            return map() != null;
        } finally {
            monitor.leave();
        }
    }

    // ---- the thread of Ratis that applies ----

    /** The next entry is committed. Answers empty when the map is the one that is known now, else with the reason. */
    String apply(TermIndex entry, ByteString data) throws IOException {
        BucketMap map = readMap(new DataInputStream(data.newInput()));
        BucketMap before = map();
        long expected = before == null ? BucketMap.FIRST_VERSION : before.version() + 1;
        if (map.version() != expected || (before != null && map.shards() != before.shards())) {
            return "version " + map.version() + " for " + map.shards() + " shards, where " + expected + " is next";
        }
        checkShards(map);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(FORMAT);
        out.writeLong(entry.getTerm());
        out.writeLong(entry.getIndex());
        write(map, out);
        DurableFile.write(file, bytes.toByteArray());
        kept.set(new Kept(entry, map));
        LOG.info("catalog version={} shards={}", map.version(), map.shards());
        monitor.enter();
        try {
            monitor.changed();
        } finally {
            monitor.leave();
        }
        return "";
    }

    /** This member leads: where there is no map yet, it puts the first one. */
    void leads() {
        if (map() == null) {
            thread.run(this::found);
        }
    }

    // ---- any thread ----

    /** Where proposals go, and their answers come from. */
    void proposer(Function<ByteString, CompletableFuture<ByteString>> newProposer) {
        proposer.set(newProposer);
    }

    private void found() {
        do {
            try {
                String refusal = put(initial).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                LOG.debug("catalog=founded refusal={}", refusal);
            } catch (ExecutionException | TimeoutException refused) {
                if (Submission.isNotLeader(refused)) {
                    return;
                }
                LOG.debug("catalog=not founded yet", refused);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                return;
            }
        } while (map() == null && pauses.take(PAUSE_NANOS));
    }

    /** Puts a map in place of that of the version before; only where this member leads. Ends empty when that was done, else with the reason. */
    CompletableFuture<String> put(BucketMap map) {
        Function<ByteString, CompletableFuture<ByteString>> way = proposer.value();
        if (way == null) {
            return CompletableFuture.failedFuture(new LogException("this member still starts"));
        }
        ByteString.Output bytes = ByteString.newOutput();
        try {
            write(map, new DataOutputStream(bytes));
        } catch (IOException impossible) {
            return CompletableFuture.failedFuture(impossible);
        }
        return way.apply(bytes.toByteString()).thenApply(ByteString::toStringUtf8);
    }

    @Override
    public void close() {
        pauses.end();
    }
}
