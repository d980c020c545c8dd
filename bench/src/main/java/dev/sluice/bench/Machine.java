package dev.sluice.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What was measured on.
 *
 * @param fileSystem of the servers' data
 */
record Machine(String cpu, int cores, long memoryBytes, String kernel, String java, String fileSystem) {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final Path KERNEL = Path.of("/proc/sys/kernel/osrelease");
    private static final int BYTES_IN_KIB = 1_024;

    /** This machine, with the servers' data below {@code directory}. */
    static Machine here(Path directory) throws IOException {
        return new Machine(
                field(PROCESSORS, "model name"),
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong(field(MEMORY, "MemTotal").split(" ", 2)[0]) * BYTES_IN_KIB,
                Files.readString(KERNEL).strip(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                Files.getFileStore(directory).type());
    }

    private static String field(Path file, String name) throws IOException {
        for (String line : Files.readAllLines(file)) {
            List<String> parts = List.of(line.split(":", 2));
            if (parts.size() == 2 && parts.get(0).strip().equals(name)) {
                return parts.get(1).strip();
            }
        }
        // Some processors have no name.
        return "unknown";
    }

    ObjectNode json(double stealPercent) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("cpu", cpu)
                .put("cores", cores)
                .put("memory_bytes", memoryBytes)
                .put("kernel", kernel)
                .put("java", java)
                .put("file_system", fileSystem)
                .put("steal_percent", Math.round(stealPercent * 100) / 100.0);
    }
}
