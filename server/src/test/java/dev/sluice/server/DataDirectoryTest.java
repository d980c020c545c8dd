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
        try (DataDirectory locked = DataDirectory.lock(data)) {
            assertThat(locked).isNotNull();
            Path link = Files.createSymbolicLink(directory.resolve("link"), data);
            assertThatThrownBy(() -> DataDirectory.lock(link))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in this JVM")
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        try (DataDirectory again = DataDirectory.lock(data)) {
            assertThat(again).isNotNull();
            assertThat(data.resolve("lock"))
                    .content()
                    .contains("process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void isRefusedAndUnlockedWhenItHasAnotherFormat() throws IOException {
        Path format = directory.resolve("format");
        try (DataDirectory locked = DataDirectory.lock(directory)) {
            assertThat(locked).isNotNull();
            assertThat(format).content().matches("sluice data 2\\n[0-9a-f]+\\n");
        }
        Files.writeString(format, "sluice data 99\n");
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> DataDirectory.lock(directory))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("sluice data 99");
        }
    }
}
