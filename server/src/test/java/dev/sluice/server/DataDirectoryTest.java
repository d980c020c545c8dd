package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory has one user, and says who. */
class DataDirectoryTest {
    @TempDir
    private Path directory;

    @Test
    void isLockedUntilItIsClosedByWhateverPathItIsReached() throws IOException {
        Path data = directory.resolve("data");
        try (DataDirectory locked = DataDirectory.lock(data, 0)) {
            assertThat(locked).isNotNull();
            Path link = Files.createSymbolicLink(directory.resolve("link"), data);
            assertThatThrownBy(() -> DataDirectory.lock(link, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in this JVM")
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        try (DataDirectory again = DataDirectory.lock(data, 0)) {
            assertThat(again).isNotNull();
            assertThat(data.resolve("lock"))
                    .content()
                    .contains("process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void isRefusedAndUnlockedWhenItHasAnotherFormat() throws IOException {
        Path format = directory.resolve("format");
        try (DataDirectory locked = DataDirectory.lock(directory, 0)) {
            assertThat(locked).isNotNull();
            assertThat(format).content().matches("sluice data 3\\n[0-9a-f]+\\n1\\n");
        }
        Files.writeString(format, "sluice data 99\n");
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> DataDirectory.lock(directory, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("sluice data 99");
        }
    }

    @Test
    void keepsTheNumberOfShardsItWasMadeWith() throws IOException {
        try (DataDirectory made = DataDirectory.lock(directory, 4)) {
            assertThat(made.shards()).isEqualTo(4);
        }
        for (int told : new int[] {0, 4}) {
            try (DataDirectory again = DataDirectory.lock(directory, told)) {
                assertThat(again.shards()).isEqualTo(4);
            }
        }
        assertThatThrownBy(() -> DataDirectory.lock(directory, 2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has 4 shards")
                .hasMessageContaining("to have 2")
                .hasMessageContaining("leave the setting out");
        try (DataDirectory unlocked = DataDirectory.lock(directory, 0)) {
            assertThat(unlocked.shards()).isEqualTo(4);
        }
    }
}
