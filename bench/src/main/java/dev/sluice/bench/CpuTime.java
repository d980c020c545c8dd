package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The time of all CPUs since the machine started, in ticks: in all, and what its host gave to others while it had something to do. */
record CpuTime(long total, long stolen) {
    private static final Path SOURCE = Path.of("/proc/stat");
    /** user nice system idle iowait irq softirq steal; what follows is part of the first two. */
    private static final int FIELDS = 8;

    static CpuTime now() throws IOException {
        return parse(Files.readAllLines(SOURCE).get(0));
    }

    /** Reads the line that begins with {@code cpu}. */
    static CpuTime parse(String line) {
        List<String> fields = List.of(line.strip().split("\\s+"));
        long total = 0;
        for (String field : fields.subList(1, 1 + FIELDS)) {
            total += Long.parseLong(field);
        }
        return new CpuTime(total, Long.parseLong(fields.get(FIELDS)));
    }

    /** The share of the time since then that was stolen. */
    double stealPercentSince(CpuTime earlier) {
        long passed = total - earlier.total;
        return passed == 0 ? 0 : 100.0 * (stolen - earlier.stolen) / passed;
    }
}
