package dev.sluice.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProofTest {
    @Test
    void theSameLinesInTheSameOrderAreNoDifference() {
        assertThat(proof(0, 1, 2).differenceFrom(proof(0, 1, 2))).isNull();
    }

    @Test
    void namesTheLineThatCameTwice() {
        assertThat(proof(0, 1, 1, 2).differenceFrom(proof(0, 1, 2))).isEqualTo("line 1 came again");
    }

    @Test
    void namesTheLineThatIsMissing() {
        assertThat(proof(0, 2).differenceFrom(proof(0, 1, 2))).isEqualTo("line 1 is missing before line 2");
        assertThat(proof(0, 1).differenceFrom(proof(0, 1, 2))).isEqualTo("2 lines came, 3 were sent");
    }

    @Test
    void seesADifferentCharacter() {
        Proof other = new Proof();
        other.line(0, "line O");

        assertThat(other.result().differenceFrom(proof(0))).isEqualTo("the text differs");
    }

    private static Proof.Result proof(int... numbers) {
        Proof proof = new Proof();
        for (int number : numbers) {
            proof.line(number, "line " + number);
        }
        return proof.result();
    }

    @Test
    void readsTheLinesOfAllFilesInTheirOrderWhateverBytesTheyHave(@TempDir Path directory) throws IOException {
        var first = Files.write(directory.resolve("first"), new byte[] {'a', '\n', (byte) 0xff, 0, '\n'});
        var empty = Files.write(directory.resolve("empty"), new byte[0]);
        var last = Files.write(directory.resolve("last"), new byte[] {'\n', 'z'});

        assertThat(Lines.count(List.of(first, empty, last))).isEqualTo(4);
        try (Lines lines = new Lines(List.of(first, empty, last))) {
            for (String line : List.of("a", "\u00ff\u0000", "", "z")) {
                assertThat(lines.next()).isEqualTo(line);
            }
            assertThat(lines.next()).isNull();
        }
    }
}
