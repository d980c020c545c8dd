package dev.sluice.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a server, locked as long as this is open: by the system against other processes, and by a property of this JVM
 * against the same class in another class loader, whom the system does not tell apart. Both by the real path, before anything in it is
 * opened.
 */
final class DataDirectory implements AutoCloseable {
    private static final SecureRandom IDS = new SecureRandom();
    private static final String LOCK_FILE = "lock";
    private static final String FORMAT_FILE = "format";
    private static final String FORMAT = "sluice data 3";
    private static final String OF_CLUSTER = "cluster";
    private static final String DIVISION = "division";
    private static final String PROPERTY = "dev.sluice.server.data:";

    private final Path real;
    private final String property;
    private final FileChannel channel;
    private Format format;

    private DataDirectory(Path real, FileChannel channel, Format format) {
        this.real = real;
        this.property = PROPERTY + real;
        this.channel = channel;
        this.format = format;
    }

    /** What the file says of the data: their name, how many shards they are divided into, and whether a cluster has them. */
    private record Format(long clusterId, int shards, boolean ofCluster) {}

    /**
     * What is expected of the data.
     *
     * @param shards how many; 0 for as many as there are, and one for a new directory
     * @param ofCluster whether a member of a cluster has them
     */
    record Expected(int shards, boolean ofCluster) {}

    /**
     * Creates the directory where it is missing, and locks it.
     *
     * @param shards how many it has to have; 0 for as many as it has, and one for a new one
     * @throws IOException when it is in use or cannot be written; the text is for the operator
     */
    static DataDirectory lock(Path data, int shards) throws IOException {
        return lock(data, new Expected(shards, false));
    }

    /** As above, of a member of a cluster perhaps. */
    static DataDirectory lock(Path data, Expected expected) throws IOException {
        Path real;
        try {
            real = Files.createDirectories(data).toRealPath();
        } catch (IOException e) {
            throw new IOException("the data directory " + data + " cannot be created: " + e, e);
        }
        String property = PROPERTY + real;
        String owner = "process " + ProcessHandle.current().pid() + " since "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Object other = System.getProperties().putIfAbsent(property, owner);
        if (other != null) {
            throw new IOException("the data directory " + real + " is in use by another server in this JVM (" + other
                    + "). Servers in one JVM need a directory each, or one URL to share");
        }
        try {
            FileChannel channel = locked(real, owner);
            try {
                DataDirectory locked = new DataDirectory(real, channel, checkFormat(real, expected));
                locked.settleDivision();
                return locked;
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            System.clearProperty(property);
            throw e;
        }
    }

    private static FileChannel locked(Path real, String owner) throws IOException {
        Path file = real.resolve(LOCK_FILE);
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("the data directory " + real + " cannot be written: " + e, e);
        }
        @Nullable FileLock lock = null;
        try {
            // Past the text, which others can then read on any system.
            lock = channel.tryLock(Long.MAX_VALUE - 1, 1, false);
            if (lock == null) {
                throw inUse(real, Files.readString(file, StandardCharsets.UTF_8).strip());
            }
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(owner + "\n"), 0);
            return channel;
        } catch (OverlappingFileLockException e) {
            // Held by this JVM, past the property: the same as held by another.
            throw inUse(real, "this one");
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
    }

    private static IOException inUse(Path real, String owner) {
        return new IOException("the data directory " + real + " is in use by another server process (" + owner
                + "). Stop that one, or choose another directory with --data");
    }

    /** Names the data of a server that is alone, from its first use on. */
    long clusterId() {
        return format.clusterId;
    }

    /** How many shards the data is divided into, from its first use on. */
    int shards() {
        return format.shards;
    }

    /**
     * A new name for data that are divided otherwise: what clients know of the old shards goes with none of the new ones, and by its name they
     * can tell.
     */
    static long newClusterId() {
        return IDS.nextLong();
    }

    /** Where the shards of another division are made; what a crash has left there was deleted when this was locked. */
    Path division() {
        return real.resolve(DIVISION);
    }

    /** What was made in {@link #division} is found there after a loss of power, too. */
    void syncDivision() throws IOException {
        if (Files.exists(division())) {
            try (Stream<Path> shards = Files.list(division())) {
                for (Path shard : shards.toList()) {
                    sync(shard, StandardOpenOption.READ);
                }
            }
            sync(division(), StandardOpenOption.READ);
            sync(real, StandardOpenOption.READ);
        }
    }

    /**
     * From now on a member of a cluster has it, with the shards of {@link #division} in place of its own where there are any; durable when this
     * returns.
     */
    void becomeMember(long clusterId, int shards) throws IOException {
        Format made = new Format(clusterId, shards, true);
        write(real, real.resolve(FORMAT_FILE), made);
        format = made;
    }

    /** Goes on where {@link #becomeMember} has ended: now, or after a crash. When a member does not have it, the division was not finished. */
    void settleDivision() throws IOException {
        Path division = division();
        if (Files.notExists(division)) {
            return;
        }
        if (format.ofCluster) {
            for (int shard = 0; shard < format.shards; shard++) {
                Path made = ShardPlan.directory(division, shard);
                if (Files.exists(made)) {
                    Path place = ShardPlan.directory(real, shard);
                    delete(place);
                    Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            sync(real, StandardOpenOption.READ);
        }
        delete(division);
    }

    /** Deletes a file or directory with all that is in it, if it is there. */
    static void delete(Path tree) throws IOException {
        if (Files.notExists(tree)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(tree)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }

    /**
     * The file has the format in its first line, the name of the data in its second, the number of shards in its third, and a fourth when a
     * cluster has them.
     */
    private static Format checkFormat(Path real, Expected expected) throws IOException {
        Path file = real.resolve(FORMAT_FILE);
        if (Files.notExists(file)) {
            Format made = new Format(IDS.nextLong(), Math.max(1, expected.shards), expected.ofCluster);
            write(real, file, made);
            return made;
        }
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        String format = lines.isEmpty() ? "" : lines.get(0).strip();
        if (!format.equals(FORMAT) || lines.size() < 3) {
            throw new IOException("the data directory " + real + " has the format '" + format
                    + "', and this program reads '" + FORMAT + "'. Start the version that wrote it");
        }
        Format found = new Format(
                Long.parseUnsignedLong(lines.get(1).strip(), 16),
                Integer.parseInt(lines.get(2).strip()),
                lines.size() > 3 && lines.get(3).strip().equals(OF_CLUSTER));
        checkOwner(real, found, expected.ofCluster);
        if (expected.shards != 0 && expected.shards != found.shards) {
            throw new IOException("the data directory " + real + " has " + found.shards
                    + " shards, and the server is told to have " + expected.shards
                    + " (shards). The number is fixed when a directory is made: leave the setting out, or start on a"
                    + " directory that is new");
        }
        return found;
    }

    private static void checkOwner(Path real, Format found, boolean ofCluster) throws IOException {
        if (!ofCluster && found.ofCluster) {
            throw new IOException("the data directory " + real
                    + " is of a member of a cluster: start it with node and cluster as before");
        }
        if (ofCluster && !found.ofCluster) {
            throw new IOException("the data directory " + real
                    + " is of a server that is alone: make it the first member by `sluice cluster adopt`, or start on a"
                    + " directory that is new");
        }
    }

    private static void write(Path real, Path file, Format made) throws IOException {
        Path unfinished = real.resolve(FORMAT_FILE + ".tmp");
        Files.writeString(
                unfinished,
                FORMAT + "\n" + Long.toHexString(made.clusterId) + "\n" + made.shards + "\n"
                        + (made.ofCluster ? OF_CLUSTER + "\n" : ""));
        sync(unfinished, StandardOpenOption.WRITE);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        sync(real, StandardOpenOption.READ);
    }

    private static void sync(Path path, StandardOpenOption mode) throws IOException {
        try (FileChannel channel = FileChannel.open(path, mode)) {
            channel.force(true);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("the lock of a data directory cannot be released", e);
        } finally {
            Object before = System.getProperties().remove(property);
            Objects.requireNonNull(before, "a data directory was unlocked twice");
        }
    }
}
