package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.base.Clock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a member lets others copy, and how long. */
class CopySourceTest {
    private static final int PIECES = 3;

    @TempDir
    private Path directory;

    private long nanos;
    private long applied = 100;
    private final List<Rows> opened = new ArrayList<>();
    private final CopySource source = new CopySource(
            new CopiedRows() {
                @Override
                public Source read(int shard) {
                    Rows rows = new Rows(applied);
                    opened.add(rows);
                    return rows;
                }

                @Override
                public Target replace(int shard) {
                    throw new AssertionError("nothing is replaced here");
                }
            },
            new Clock() {
                @Override
                public long nanoTime() {
                    return nanos;
                }

                @Override
                public long wallMillis() {
                    return 0;
                }
            });

    private static final class Rows implements CopiedRows.Source {
        private final long applied;
        private int read;
        private boolean closed;

        Rows(long applied) {
            this.applied = applied;
        }

        @Override
        public long appliedIndex() {
            return applied;
        }

        @Override
        public byte[] next(int bytes) {
            assertThat(closed).isFalse();
            read++;
            return read > PIECES ? new byte[0] : new byte[] {(byte) read};
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private long open() throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Terms terms = Terms.open(directory.resolve("terms"))) {
            source.open(0, terms, new DataOutputStream(answer));
        }
        return new DataInputStream(new ByteArrayInputStream(answer.toByteArray())).readLong();
    }

    private byte[] read(long copy, long piece) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        source.read(copy, piece, new DataOutputStream(answer));
        return answer.toByteArray();
    }

    @Test
    void twoMembersCopyAtATime() throws IOException {
        long first = open();
        long second = open();
        for (int piece = 1; piece <= PIECES; piece++) {
            assertThat(read(first, piece)).containsExactly(piece);
            assertThat(read(second, piece)).containsExactly(piece);
        }
        assertThat(read(first, PIECES + 1)).isEmpty();
        assertThat(read(second, PIECES + 1)).isEmpty();
        assertThat(opened).allMatch(rows -> rows.closed);
    }

    @Test
    void aPieceCanBeAskedForAgain() throws IOException {
        long copy = open();
        assertThat(read(copy, 1)).containsExactly(1);
        assertThat(read(copy, 2)).containsExactly(2);
        assertThat(read(copy, 2)).containsExactly(2);
        assertThat(read(copy, 3)).containsExactly(3);
        assertThatThrownBy(() -> read(copy, 2)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(copy, 5)).isInstanceOf(IOException.class);
    }

    @Test
    void theLogIsNeededFromTheCopyOnUntilAMinuteAfterItsEnd() throws IOException {
        assertThat(source.neededAfter(0)).isEqualTo(Long.MAX_VALUE);
        long copy = open();
        applied = 200;
        assertThat(source.neededAfter(0)).isEqualTo(100);
        assertThat(source.neededAfter(1)).isEqualTo(Long.MAX_VALUE);
        for (int piece = 1; piece <= PIECES + 1; piece++) {
            nanos += TimeUnit.SECONDS.toNanos(50);
            byte[] unused = read(copy, piece);
            source.giveUpIdle();
            assertThat(source.neededAfter(0)).isEqualTo(100);
        }
        nanos += TimeUnit.SECONDS.toNanos(61);
        source.giveUpIdle();
        assertThat(source.neededAfter(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatNobodyReadsIsGivenUp() throws IOException {
        long copy = open();
        nanos += TimeUnit.SECONDS.toNanos(61);
        source.giveUpIdle();
        assertThat(opened.get(0).closed).isTrue();
        assertThatThrownBy(() -> read(copy, 1)).isInstanceOf(IOException.class).hasMessageContaining("nobody read it");
    }

    @Test
    void opensNoMoreThanAStoreHasReadersFor() throws IOException {
        for (int member = 0; member < 4; member++) {
            long unused = open();
        }
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("4 members copy");
    }
}
