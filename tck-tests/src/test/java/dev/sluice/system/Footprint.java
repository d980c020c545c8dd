package dev.sluice.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The memory that a process has, as Linux counts it.
 *
 * @param residentMebibytes all of it
 * @param anonymousMebibytes what is of no file: heap, direct memory, stacks, compiled code; not the pages of LMDB's file, which the kernel
 *     takes back when it likes
 */
record Footprint(long residentMebibytes, long anonymousMebibytes) {
    static Footprint of(long pid) {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"));
            return new Footprint(kibibytes(lines, "Rss:") / 1_024, kibibytes(lines, "Anonymous:") / 1_024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long kibibytes(List<String> lines, String name) {
        String line =
                lines.stream().filter(each -> each.startsWith(name)).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}
