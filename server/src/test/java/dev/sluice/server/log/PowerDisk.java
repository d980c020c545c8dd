package dev.sluice.server.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory whose power can be cut: what was not synced is then lost in part, sector by sector, and the names that were not
 * synced from some point on. It can also fail after a number of steps, be full, or be slow, by a clock that goes on with its syncs alone.
 */
final class PowerDisk implements Disk {
    private static final int SECTOR_BYTES = 512;

    private final TreeMap<String, Content> names = new TreeMap<>();
    private final TreeMap<String, Content> durableNames = new TreeMap<>();
    private final List<Runnable> unsyncedNames = new ArrayList<>();
    private long usableBytes = Long.MAX_VALUE;
    private long stepsLeft = Long.MAX_VALUE;
    private long nanoTime;
    private long syncNanos;
    private int created;
    private boolean off;

    /** From now on everything fails, as for a process that was killed. */
    synchronized void off() {
        off = true;
    }

    /** After so many more writes, syncs and renames everything fails. */
    synchronized void offAfter(long steps) {
        stepsLeft = steps;
    }

    synchronized boolean isOff() {
        return off;
    }

    /** From now on a sync takes so long. */
    synchronized void syncsTake(Duration time) {
        syncNanos = time.toNanos();
    }

    synchronized void pass(Duration time) {
        nanoTime += time.toNanos();
    }

    synchronized long nanoTime() {
        return nanoTime;
    }

    /** How many files were created. */
    synchronized int created() {
        return created;
    }

    synchronized void usable(long bytes) {
        usableBytes = bytes;
    }

    /** The disk as the next start finds it after the power was cut. */
    synchronized PowerDisk afterPowerCut(SplittableRandom random) {
        int kept = random.nextInt(unsyncedNames.size() + 1);
        unsyncedNames.subList(0, kept).forEach(Runnable::run);
        PowerDisk next = next();
        durableNames.forEach((name, content) -> next.put(name, content.afterPowerCut(random)));
        return next;
    }

    /** The disk as the next start finds it after the process was killed: the system still has what was written. */
    synchronized PowerDisk afterKill() {
        PowerDisk next = next();
        names.forEach((name, content) -> next.put(name, new Content(content.cached.clone())));
        return next;
    }

    private PowerDisk next() {
        PowerDisk next = new PowerDisk();
        next.nanoTime = nanoTime;
        next.syncNanos = syncNanos;
        return next;
    }

    private void put(String name, Content content) {
        names.put(name, content);
        durableNames.put(name, content);
    }

    /** The bytes of a file, to be damaged. */
    synchronized byte[] bytes(String name) {
        Content content = names.get(name);
        if (content == null) {
            throw new IllegalArgumentException(name + " is not among " + names.keySet());
        }
        return content.cached;
    }

    synchronized void remove(String name) {
        names.remove(name);
        durableNames.remove(name);
    }

    private void step() throws IOException {
        if (off || stepsLeft-- <= 0) {
            off = true;
            throw new IOException("the disk is off");
        }
    }

    @Override
    public String name() {
        return "power-disk";
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public synchronized DiskFile open(String file) throws IOException {
        step();
        Content content = names.get(file);
        if (content == null) {
            Content fresh = new Content(new byte[0]);
            names.put(file, fresh);
            unsyncedNames.add(() -> durableNames.put(file, fresh));
            content = fresh;
            created++;
        }
        return new OpenFile(content);
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        step();
        Content content = names.remove(from);
        if (content == null) {
            throw new IOException(from + " is not there");
        }
        names.put(to, content);
        unsyncedNames.add(() -> {
            durableNames.remove(from);
            durableNames.put(to, content);
        });
    }

    @Override
    public synchronized void delete(String file) throws IOException {
        step();
        names.remove(file);
        unsyncedNames.add(() -> durableNames.remove(file));
    }

    @Override
    public synchronized void sync() throws IOException {
        step();
        unsyncedNames.forEach(Runnable::run);
        unsyncedNames.clear();
    }

    @Override
    public synchronized long usableBytes() {
        return usableBytes;
    }

    @Override
    public long totalBytes() {
        return 1 << 20;
    }

    /** What a file holds: on the disk, and as processes see it. */
    private static final class Content {
        private byte[] durable;
        private byte[] cached;

        Content(byte[] bytes) {
            durable = bytes.clone();
            cached = bytes;
        }

        Content afterPowerCut(SplittableRandom random) {
            byte[] found = Arrays.copyOf(durable, cached.length);
            for (int at = 0; at < cached.length; at += SECTOR_BYTES) {
                if (random.nextBoolean()) {
                    int bytes = Math.min(SECTOR_BYTES, cached.length - at);
                    System.arraycopy(cached, at, found, at, random.nextInt(8) == 0 ? random.nextInt(bytes) : bytes);
                }
            }
            return new Content(found);
        }
    }

    private final class OpenFile implements DiskFile {
        private @Nullable Content content;

        OpenFile(Content content) {
            this.content = content;
        }

        private Content content() throws IOException {
            if (content == null) {
                throw new IOException("the file is closed");
            }
            return content;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            synchronized (PowerDisk.this) {
                int end = (int) position + bytes.remaining();
                if (end > content().cached.length) {
                    content().cached = Arrays.copyOf(content().cached, end);
                }
                boolean torn = stepsLeft == 0;
                int length = torn ? bytes.remaining() / 2 : bytes.remaining();
                bytes.get(content().cached, (int) position, length);
                step();
            }
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            synchronized (PowerDisk.this) {
                int length = Math.max(0, Math.min(bytes.remaining(), content().cached.length - (int) position));
                bytes.put(content().cached, (int) position, length);
                return length;
            }
        }

        @Override
        public void sync() throws IOException {
            synchronized (PowerDisk.this) {
                step();
                nanoTime += syncNanos;
                content().durable = content().cached.clone();
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (PowerDisk.this) {
                return content().cached.length;
            }
        }

        @Override
        public void close() {
            content = null;
        }
    }
}
