package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.system.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The judge of a run finds what is wrong, and nothing else: each case is a few lines of two journals. */
class VerdictTest {
    private static final String SENT_THREE = "B p0.1.0\nc 0 0\nC 0 0 1 2\nc 1 1\nC 1 1 3 4\nc 2 2\nC 2 2 5 6\nE 7\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @BeforeEach
    void makeTheDatabases() throws SQLException {
        for (String worker : List.of("x0", "x1")) {
            Database.open(GlobalMover.directory(directory, worker)).close();
        }
    }

    private List<String> faults(String sender, String taker, String other) throws IOException, SQLException {
        Files.writeString(directory.resolve("p0.1.journal"), sender);
        Files.writeString(directory.resolve("t0.1.journal"), taker);
        Files.writeString(directory.resolve("t1.1.journal"), other);
        History history = History.read(directory, List.of());
        return new Verdict(history, List.of(), true).faults(directory);
    }

    private static String got(int... numbers) {
        StringBuilder lines = new StringBuilder("B t0.1.0\n");
        for (int number : numbers) {
            lines.append("G p0.1.0 " + number + " 0 " + (100 + number) + " 0 -\n");
        }
        return lines.append("E 200\n").toString();
    }

    /** Of a consumer that is there all the time. */
    private static final String NOTHING = "B t1.1.0\nE 200\n";

    @Test
    void isContentWhenEachCameOnce() throws Exception {
        assertThat(faults(SENT_THREE, got(0, 1, 2), NOTHING)).isEmpty();
    }

    @Test
    void findsWhatIsLost() throws Exception {
        assertThat(faults(SENT_THREE, got(0, 2), NOTHING))
                .containsExactly("plain: message 1 of p0.1.0 was confirmed and never came");
    }

    @Test
    void findsWhatCameTwice() throws Exception {
        String again = "B t1.1.0\nG p0.1.0 1 1 300 0 -\nA 1 301 302\nE 303\n";
        assertThat(faults(SENT_THREE, got(0, 1, 2), again))
                .singleElement()
                .asString()
                .contains("message 1 of p0.1.0 was acknowledged by t0.1.0", "came again, to t1.1.0");
    }

    @Test
    void letsComeAgainWhatADeadConsumerHadNotAcknowledged() throws Exception {
        String killed = "B t0.1.0\nG p0.1.0 0 0 100 0 -\nG p0.1.0 1 0 101 0 -\nG p0.1.0 2 0 102 0 -\n";
        String heir = "B t1.1.0\nG p0.1.0 1 1 300 0 -\nG p0.1.0 2 1 301 0 -\nA 2 302 303\nE 304\n";
        assertThat(faults(SENT_THREE, killed, heir)).isEmpty();
    }

    @Test
    void findsWhatIsOutOfOrder() throws Exception {
        assertThat(faults(SENT_THREE, got(0, 2, 1), NOTHING))
                .singleElement()
                .asString()
                .startsWith("t0.1.0: of p0.1.0, 1 came after 2");
    }

    @Test
    void findsWhatWasRolledBackAndHalfATransaction() throws Exception {
        String transacted = "B p0.1.0\nR 0 1\nc 2 3\n";
        assertThat(faults(transacted, got(0, 2), NOTHING))
                .anyMatch(fault -> fault.startsWith("plain: message 0 of p0.1.0 came and was never sent"))
                .anyMatch(fault -> fault.contains("of p0.1.0 1 messages came"));
    }

    @Test
    void findsACallThatFailed() throws Exception {
        assertThat(faults(SENT_THREE.replace("E 7\n", "X 7 JMSException: no\n"), got(0, 1, 2), NOTHING))
                .containsExactly("p0.1.0 at 7: JMSException: no");
    }
}
