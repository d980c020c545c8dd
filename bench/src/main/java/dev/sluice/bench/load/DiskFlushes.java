package dev.sluice.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Counts how often the kernel has asked a disk to flush its cache. */
final class DiskFlushes {
    private static final int FLUSHES = 18;

    private final @Nullable Path directory;

    /** @param directory on the disk; null for none */
    DiskFlushes(@Nullable Path directory) {
        this.directory = directory;
    }

    /** Flushes since the machine started; negative where the kernel or the disk does not count. */
    long count() throws IOException {
        if (directory == null || !Files.exists(directory)) {
            return -1;
        }
        long count = count(Files.readString(Path.of("/proc/diskstats")), disk(directory));
        return count == 0 ? -1 : count;
    }

    /** The count in the line of a disk; 0 when there is none. */
    static long count(String statistics, String disk) {
        for (String line : statistics.split("\n", -1)) {
            String[] fields = line.strip().split("\\s+", -1);
            if (fields.length > FLUSHES && (fields[0] + ":" + fields[1]).equals(disk)) {
                return Long.parseLong(fields[FLUSHES]);
            }
        }
        return 0;
    }

    /** The numbers of the whole disk, as the kernel counts flushes for no partition of it. */
    private static String disk(Path directory) throws IOException {
        long device = ((Number) Files.getAttribute(directory, "unix:dev")).longValue();
        long major = ((device >>> 8) & 0xfff) | ((device >>> 32) & ~0xfffL);
        long minor = (device & 0xff) | ((device >>> 12) & 0xffffff00L);
        Path node = Path.of("/sys/dev/block/" + major + ":" + minor);
        if (Files.exists(node.resolve("partition"))) {
            return Files.readString(node.toRealPath().resolve("../dev")).strip();
        }
        return major + ":" + minor;
    }
}
