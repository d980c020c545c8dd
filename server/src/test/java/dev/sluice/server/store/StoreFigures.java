package dev.sluice.server.store;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Slab;
import dev.sluice.server.core.StoredMessage;
import dev.sluice.server.core.Table;
import dev.sluice.server.log.BatchLog;
import dev.sluice.server.log.LocalLog;
import dev.sluice.server.log.LogOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.lmdbjava.Txn;

/**
 * Measures the log and the rows on the disk of the directory given as the argument, and the two ways to key messages. Run by hand: the
 * figures stand in the architecture page.
 */
final class StoreFigures {
    private static final int MESSAGE_BYTES = 1024;
    private static final int ADDRESSES = 10_000;
    private static final int SET = 32_000;
    private static final UnsafeBuffer BODY = body();

    private final Path directory;

    private StoreFigures(Path directory) {
        this.directory = directory;
    }

    public static void main(String[] arguments) throws IOException {
        StoreFigures figures = new StoreFigures(Files.createTempDirectory(Path.of(arguments[0]), "figures"));
        try {
            figures.log(1 << 10, 20_000, LogOptions.Sync.INLINE, 1);
            figures.log(64 << 10, 4_000, LogOptions.Sync.INLINE, 1);
            figures.log(1 << 10, 20_000, LogOptions.Sync.THREAD, 1);
            figures.log(1 << 10, 50_000, LogOptions.Sync.THREAD, 32);
            figures.rows();
            figures.oneRow(false);
            figures.oneRow(true);
            figures.numberAndIndex();
        } finally {
            figures.delete();
        }
    }

    private static UnsafeBuffer body() {
        UnsafeBuffer body = new UnsafeBuffer(ByteBuffer.allocateDirect(MESSAGE_BYTES));
        byte[] bytes = new byte[MESSAGE_BYTES];
        new SplittableRandom(1).nextBytes(bytes);
        body.putBytes(0, bytes);
        return body;
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values) + " " + soFar());
    }

    private void log(int bytes, int batches, LogOptions.Sync sync, int inFlight) {
        SlabPool pool = new SlabPool(1 << 20, 1 << 20);
        LogOptions options = LogOptions.defaults().withSync(sync);
        try (LocalLog log = LocalLog.open(directory.resolve("log-" + sync + bytes + inFlight), options)) {
            log.start(0, pool, (index, timestamp, slab, offset, length) -> {});
            Slab slab = pool.take((BatchLog.HEADER_BYTES + bytes) * inFlight);
            long[] nanos = new long[batches];
            long begun = System.nanoTime();
            long[] committed = {0};
            for (int batch = 0; batch < batches; batch++) {
                long before = System.nanoTime();
                int offset = (BatchLog.HEADER_BYTES + bytes) * (batch % inFlight) + BatchLog.HEADER_BYTES;
                log.propose(slab, offset, bytes, batch);
                while (committed[0] <= batch - inFlight + (inFlight == 1 ? 1 : 0)) {
                    committed[0] += log.poll((index, timestamp, shown, at, length) -> {});
                }
                log.truncate(committed[0]);
                nanos[batch] = System.nanoTime() - before;
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            Arrays.sort(nanos);
            say(
                    "log %s, %d B, %d in flight: %.0f batches/s, %.1f MB/s, p50 %d p99 %d p99.9 %d us, %d syncs",
                    sync,
                    bytes,
                    inFlight,
                    batches / seconds,
                    (double) batches * bytes / seconds / 1e6,
                    nanos[batches / 2] / 1000,
                    nanos[(int) (batches * 0.99)] / 1000,
                    nanos[(int) (batches * 0.999)] / 1000,
                    log.syncs());
        }
    }

    private void rows() {
        int count = 10_000;
        try (LmdbStore store = open("rows")) {
            long number = 0;
            long begun = System.nanoTime();
            for (int set = 0; set < 100; set++) {
                ChangeSet changes = new ChangeSet(set + 1);
                for (int at = 0; at < count; at++, number++) {
                    Rows.put(changes, message(number + 1, 7, number));
                }
                commit(store, changes);
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            say(
                    "rows: commit of 10,000 x 1 KiB: %.1f ms, %.0f messages/s; used %d MB for 1,000,000",
                    seconds * 10, number / seconds, store.usedBytes() / 1_000_000);
            load(store);
            load(store);
            begun = System.nanoTime();
            ChangeSet purge = new ChangeSet(1_000);
            Rows.removeRange(purge, 7, Table.minor(4, 0), number);
            commit(store, purge);
            say(
                    "rows: removal of 1,000,000 in one change set: %.0f ms, used %d kB, heap %d MB",
                    (System.nanoTime() - begun) / 1e6,
                    store.usedBytes() / 1000,
                    (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1_000_000);
        }
    }

    private static void load(LmdbStore store) {
        int loads = 200;
        long begun = System.nanoTime();
        for (int load = 0; load < loads; load++) {
            store.load(RowStore.Load.lane(
                    store, new StoredMessage.Place(7, 4, load * 1_000L), Long.MAX_VALUE, 1_000, Integer.MAX_VALUE));
            while (store.pollLoaded() == null) {
                Thread.onSpinWait();
            }
        }
        say("rows: load of 1,000 messages from the page cache: %.2f ms", (System.nanoTime() - begun) / 1e6 / loads);
    }

    private static void commit(LmdbStore store, ChangeSet changes) {
        store.commit(changes);
        while (store.pollCommitted() == null) {
            if (store.failure() != null) {
                throw new StoreException("failed", store.failure());
            }
            Thread.onSpinWait();
        }
    }

    /** (address, sequence) to the body in one row. */
    private void oneRow(boolean sorted) {
        SplittableRandom random = new SplittableRandom(3);
        try (Environment environment = Environment.open(directory.resolve("one" + sorted), 8L << 30)) {
            Lanes lanes = new Lanes();
            long begun = System.nanoTime();
            for (int set = 0; set < 20; set++) {
                try (Txn<DirectBuffer> transaction = environment.write()) {
                    putAll(environment, transaction, lanes.publish(random, sorted));
                    transaction.commit();
                }
            }
            report("one row, " + (sorted ? "sorted" : "as they came"), begun, environment.usedBytes());
            begun = System.nanoTime();
            for (int set = 0; set < 20; set++) {
                try (Txn<DirectBuffer> transaction = environment.write()) {
                    putAll(environment, transaction, lanes.publish(random, sorted));
                    removeAll(environment, transaction, lanes.consume(random, sorted));
                    transaction.commit();
                }
            }
            report("one row, with as many removed", begun, environment.usedBytes());
        }
    }

    private static void putAll(Environment environment, Txn<DirectBuffer> transaction, long[][] places) {
        try (TableCursor cursor = environment.cursor(Table.MESSAGES, transaction)) {
            for (long[] place : places) {
                cursor.put(place[0], place[1], BODY);
            }
        }
    }

    private static void removeAll(Environment environment, Txn<DirectBuffer> transaction, long[][] places) {
        try (TableCursor cursor = environment.cursor(Table.MESSAGES, transaction)) {
            for (long[] place : places) {
                if (cursor.find(place[0], place[1])) {
                    cursor.delete();
                }
            }
        }
    }

    /** A shard-wide number to the body, appended, and a row of the index. */
    private void numberAndIndex() {
        SplittableRandom random = new SplittableRandom(3);
        try (LmdbStore store = open("two")) {
            Lanes lanes = new Lanes();
            long number = 1;
            long begun = System.nanoTime();
            for (int set = 0; set < 20; set++) {
                ChangeSet changes = new ChangeSet(set + 1);
                for (long[] place : lanes.publish(random, false)) {
                    Rows.put(changes, message(number++, place[0], place[1]));
                }
                commit(store, changes);
            }
            report("number and index", begun, store.usedBytes());
            begun = System.nanoTime();
            for (int set = 0; set < 20; set++) {
                ChangeSet changes = new ChangeSet(set + 21);
                for (long[] place : lanes.publish(random, false)) {
                    Rows.put(changes, message(number++, place[0], place[1]));
                }
                for (long[] place : lanes.consume(random, false)) {
                    Rows.removeRange(changes, place[0], Table.minor(4, place[1]), 1);
                }
                commit(store, changes);
            }
            report("number and index, with as many removed", begun, store.usedBytes());
        }
    }

    private static void report(String what, long begun, long usedBytes) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        say(
                "10,000 addresses, sets of 32,000 x 1 KiB, %s: %.0f messages/s, %.0f ms a set, used %d MB",
                what, 20.0 * SET / seconds, seconds * 50, usedBytes / 1_000_000);
    }

    /** What the process did so far: CPU time, which other load on the machine does not change, and bytes handed to the system. */
    private static String soFar() {
        long nanos =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/io"))) {
            long bytes = lines.filter(line -> line.startsWith("wchar: "))
                    .mapToLong(line -> Long.parseLong(line.substring("wchar: ".length())))
                    .sum();
            return String.format(Locale.ROOT, "(so far %.1f s CPU, %d MB written)", nanos / 1e9, bytes / 1_000_000);
        } catch (IOException unknown) {
            return String.format(Locale.ROOT, "(so far %.1f s CPU)", nanos / 1e9);
        }
    }

    private static StoredMessage message(long number, long address, long sequence) {
        StoredMessage message =
                new StoredMessage(number, new StoredMessage.Place(address, 4, sequence), 0, 0, 0, MESSAGE_BYTES);
        message.loaded(BODY, 0);
        return message;
    }

    private LmdbStore open(String name) {
        return LmdbStore.open(directory.resolve(name), StoreOptions.defaults(), () -> {});
    }

    private void delete() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Random addresses and the ends of their lanes. */
    private static final class Lanes {
        private final long[] next = new long[ADDRESSES];
        private final long[] first = new long[ADDRESSES];

        long[][] publish(SplittableRandom random, boolean sorted) {
            long[][] places = new long[SET][];
            for (int at = 0; at < SET; at++) {
                int address = random.nextInt(ADDRESSES);
                places[at] = new long[] {address, next[address]++};
            }
            return order(places, sorted);
        }

        long[][] consume(SplittableRandom random, boolean sorted) {
            long[][] places = new long[SET][];
            for (int at = 0; at < SET; at++) {
                int address = random.nextInt(ADDRESSES);
                while (first[address] == next[address]) {
                    address = random.nextInt(ADDRESSES);
                }
                places[at] = new long[] {address, first[address]++};
            }
            return order(places, sorted);
        }

        private static long[][] order(long[][] places, boolean sorted) {
            if (sorted) {
                Arrays.sort(
                        places,
                        Comparator.<long[]>comparingLong(place -> place[0]).thenComparingLong(place -> place[1]));
            }
            return places;
        }
    }
}
