package dev.sluice.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class TemporaryFileTest {
    @Test
    void readsWhatWasAppended() throws IOException {
        TemporaryFile file = TemporaryFile.create();
        file.append(new byte[] {0, 1, 2, 3}, 1, 3);
        file.append(new byte[] {4}, 0, 1);
        assertThat(file.bytes()).isEqualTo(4);
        byte[] target = new byte[4];
        file.read(1, target, 1, 3);
        assertThat(target).containsExactly(0, 2, 3, 4);
        assertThatThrownBy(() -> file.read(2, target, 0, 3)).isInstanceOf(EOFException.class);
        file.close();
        file.close();
        assertThatThrownBy(() -> file.read(0, target, 0, 1)).isInstanceOf(IOException.class);
    }

    @Test
    void anInterruptDoesNotCloseIt() throws IOException {
        TemporaryFile file = TemporaryFile.create();
        Thread.currentThread().interrupt();
        file.append(new byte[] {7}, 0, 1);
        byte[] target = new byte[1];
        file.read(0, target, 0, 1);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(target).containsExactly(7);
        file.close();
    }

    @Test
    void leavesNothingBehind() throws IOException {
        TemporaryFile file = TemporaryFile.create();
        file.append(new byte[100], 0, 100);
        file.close();
        // Others may be at work in the same directory, for the moment between making a file and hiding it.
        Path directory = Path.of(System.getProperty("java.io.tmpdir"));
        Awaitility.await().untilAsserted(() -> {
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files.filter(path -> path.getFileName().toString().matches("sluice-.*\\.body")))
                        .isEmpty();
            }
        });
    }
}
