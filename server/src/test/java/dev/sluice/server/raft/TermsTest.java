package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TermsTest {
    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("terms");
    }

    @Test
    void knowsTheTermOfEveryEntryAlsoAfterARestart() throws IOException {
        try (Terms terms = Terms.open(file())) {
            terms.began(1, 0);
            terms.began(1, 5);
            terms.began(4, 10);
        }
        try (Terms terms = Terms.open(file())) {
            terms.began(4, 12);
            terms.began(6, 20);
            assertThat(terms.termOf(0)).isEqualTo(1);
            assertThat(terms.termOf(9)).isEqualTo(1);
            assertThat(terms.termOf(10)).isEqualTo(4);
            assertThat(terms.termOf(19)).isEqualTo(4);
            assertThat(terms.termOf(100)).isEqualTo(6);
        }
    }

    @Test
    void aRowThatWasCutIsWrittenAgain() throws IOException {
        try (Terms terms = Terms.open(file())) {
            terms.began(1, 0);
        }
        Files.write(file(), new byte[5], StandardOpenOption.APPEND);
        try (Terms terms = Terms.open(file())) {
            terms.began(2, 7);
        }
        try (Terms terms = Terms.open(file())) {
            assertThat(terms.termOf(6)).isEqualTo(1);
            assertThat(terms.termOf(7)).isEqualTo(2);
        }
    }

    @Test
    void saysSoWhenATermIsNotKnown() throws IOException {
        try (Terms terms = Terms.open(file())) {
            assertThatThrownBy(() -> terms.termOf(3)).hasMessageContaining("the term of entry 3 is not known");
        }
    }

    @Test
    void takesOverWhatAnotherMemberKnowsFromBeforeThereWasRaftOn() throws IOException {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        try (Terms terms = Terms.open(directory.resolve("adopted"))) {
            terms.adopt();
            terms.began(3, 76);
            terms.began(4, 90);
            terms.write(new DataOutputStream(told));
        }
        try (Terms terms = Terms.open(file())) {
            // A new member hears of its own coming before it is given what was before.
            terms.began(3, 79);
            terms.add(Terms.Rows.read(new DataInputStream(new ByteArrayInputStream(told.toByteArray()))), 80);
            assertThat(terms.termOf(75)).isZero();
            assertThat(terms.termOf(77)).isEqualTo(3);
            terms.began(5, 91);
            assertThat(terms.termOf(91)).isEqualTo(5);
        }
    }
}
