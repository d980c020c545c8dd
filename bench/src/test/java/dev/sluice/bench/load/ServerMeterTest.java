package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bench.load.ServerMeter.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ServerMeterTest {
    private final ServerMeter own = new ServerMeter(ProcessHandle.current().pid(), null);

    @Test
    void tellsWhatAProcessUsed() throws Exception {
        Usage before = own.now();
        byte[] ignored = Files.readAllBytes(Path.of("/proc/self/stat"));
        Usage used = own.now().since(before);

        assertThat(ignored).isNotEmpty();
        assertThat(before.serverCpuSeconds()).isPositive();
        assertThat(used.readCalls()).isPositive();
        assertThat(used.clientCpuSeconds()).isBetween(0.0, 60.0);
        assertThat(own.residentBytes()).isGreaterThan(10_000_000);
    }

    @Test
    void tellsWhatDataTakesOnTheDisk(@TempDir Path directory) throws Exception {
        Files.write(directory.resolve("data"), new byte[200_000]);

        assertThat(new ServerMeter(0, directory).diskBytes()).isBetween(200_000L, 300_000L);
    }

    @Test
    void whatWasNotAskedForIsNegative() throws Exception {
        ServerMeter nothing = new ServerMeter(0, null);
        Usage used = nothing.now().since(nothing.now());

        assertThat(used.serverCpuSeconds()).isNegative();
        assertThat(used.readCalls()).isNegative();
        assertThat(used.flushes()).isNegative();
        assertThat(nothing.residentBytes()).isNegative();
        assertThat(nothing.diskBytes()).isNegative();
    }

    @Test
    void saysThatTheServerIsGone() {
        assertThatThrownBy(() -> new ServerMeter(Integer.MAX_VALUE, null).now())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--server-pid");
    }

    @Test
    void findsTheFlushesOfADisk() {
        String statistics = """
                   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
                 254       0 vda 1 2 3 4 5 6 7 8 0 10 11 12 13 14 15 4711 17
                 254       1 vda1 1 2 3 4 5 6 7 8 0 10 11
                """;

        assertThat(DiskFlushes.count(statistics, "254:0")).isEqualTo(4711);
        assertThat(DiskFlushes.count(statistics, "254:1")).isZero();
        assertThat(DiskFlushes.count(statistics, "8:0")).isZero();
    }
}
