package dev.sluice.bench.load;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What Linux tells of a server's process and its children, and of the disk that its data is on. Flushes are the disk's, whoever asked for
 * them: nothing else should write meanwhile.
 */
final class ServerMeter {
    /** What {@code /proc} counts processor time in, on all common machines. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int NOT_COUNTED = -1;
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long pid;
    private final @Nullable Path dataDirectory;
    private final DiskFlushes flushes;

    /**
     * @param pid 0 for none
     * @param dataDirectory null for none
     */
    ServerMeter(long pid, @Nullable Path dataDirectory) {
        this.pid = pid;
        this.dataDirectory = dataDirectory;
        this.flushes = new DiskFlushes(dataDirectory);
    }

    /**
     * What was used until now, or between two times; negative where it is not known.
     *
     * @param readCalls system calls
     */
    record Usage(double serverCpuSeconds, double clientCpuSeconds, long readCalls, long writeCalls, long flushes) {
        /** What was used since then. */
        Usage since(Usage earlier) {
            return new Usage(
                    serverCpuSeconds < 0 ? NOT_COUNTED : serverCpuSeconds - earlier.serverCpuSeconds,
                    clientCpuSeconds - earlier.clientCpuSeconds,
                    readCalls < 0 ? NOT_COUNTED : readCalls - earlier.readCalls,
                    writeCalls < 0 ? NOT_COUNTED : writeCalls - earlier.writeCalls,
                    flushes < 0 ? NOT_COUNTED : flushes - earlier.flushes);
        }
    }

    Usage now() throws IOException {
        double cpuSeconds = NOT_COUNTED;
        long readCalls = NOT_COUNTED;
        long writeCalls = NOT_COUNTED;
        if (pid > 0) {
            cpuSeconds = 0;
            readCalls = 0;
            writeCalls = 0;
            for (Path process : processes()) {
                cpuSeconds += cpuTicks(process) / TICKS_PER_SECOND;
                readCalls += number(process.resolve("io"), "syscr:");
                writeCalls += number(process.resolve("io"), "syscw:");
            }
        }
        return new Usage(cpuSeconds, clientCpuNanos() / NANOS_PER_SECOND, readCalls, writeCalls, flushes.count());
    }

    /** The memory that the server has now; negative when it is not known. */
    long residentBytes() throws IOException {
        if (pid == 0) {
            return NOT_COUNTED;
        }
        long kibibytes = 0;
        for (Path process : processes()) {
            kibibytes += number(process.resolve("status"), "VmRSS:");
        }
        return kibibytes * 1_024;
    }

    /** What the data takes on the disk now, holes in files not counted; negative when it is not known. */
    long diskBytes() throws IOException, InterruptedException {
        if (dataDirectory == null) {
            return NOT_COUNTED;
        }
        // Java cannot tell how many blocks a file has.
        Process du = new ProcessBuilder("du", "-s", "-k", dataDirectory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(du.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        // Files that went while it looked make it fail; its sum is good all the same.
        int unused = du.waitFor();
        String[] words = output.split("\\s+", 2);
        return words[0].isEmpty() ? NOT_COUNTED : Long.parseLong(words[0]) * 1_024;
    }

    private List<Path> processes() throws IOException {
        ProcessHandle server = ProcessHandle.of(pid)
                .orElseThrow(() -> new IOException("there is no process " + pid + ", which --server-pid names"));
        List<Path> processes = new ArrayList<>();
        processes.add(directory(server));
        server.descendants().map(ServerMeter::directory).forEach(processes::add);
        return processes;
    }

    private static Path directory(ProcessHandle process) {
        return Path.of("/proc", Long.toString(process.pid()));
    }

    /** User's and system's, also of children that have ended. */
    private static long cpuTicks(Path process) throws IOException {
        String stat = read(process.resolve("stat"));
        if (stat.isEmpty()) {
            return 0;
        }
        // The name, in brackets, may hold anything; the state is the third field.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int field = 14; field <= 17; field++) {
            ticks += Long.parseLong(fields[field - 3]);
        }
        return ticks;
    }

    private static long number(Path file, String name) throws IOException {
        for (String line : read(file).split("\n", -1)) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.substring(name.length()).strip().split(" ", 2)[0]);
            }
        }
        return 0;
    }

    /** Empty when the process has ended meanwhile. */
    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static long clientCpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
