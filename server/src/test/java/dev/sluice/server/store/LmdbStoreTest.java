package dev.sluice.server.store;

import static dev.sluice.server.store.Rows.commit;
import static dev.sluice.server.store.Rows.message;
import static dev.sluice.server.store.Rows.put;
import static dev.sluice.server.store.Rows.removeRange;
import static dev.sluice.server.store.Rows.scan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.StoredMessage;
import dev.sluice.server.core.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store on LMDB keeps the contract, and what it was given. */
final class LmdbStoreTest extends RowStoreContract {
    private static final StoreOptions OPTIONS = StoreOptions.defaults().withLimitBytes(256L << 20);

    @TempDir
    private Path directory;

    @Override
    RowStore open() {
        return LmdbStore.open(directory.resolve("rows"), OPTIONS, () -> {});
    }

    @Test
    void findsItsRowsAgainAfterAReopen() {
        Path other = directory.resolve("other");
        try (RowStore store = LmdbStore.open(other, OPTIONS, () -> {})) {
            ChangeSet changes = new ChangeSet(42);
            put(changes, message(1, 7, 4, 0, "kept"));
            commit(store, changes);
        }
        try (RowStore store = LmdbStore.open(other, OPTIONS, () -> {})) {
            assertThat(store.appliedIndex()).isEqualTo(42);
            assertThat(scan(store, Table.MESSAGES)).containsExactly("1/0=kept");
        }
    }

    @Test
    void finishesARunningCommitBeforeItCloses() {
        Path other = directory.resolve("other");
        try (RowStore store = LmdbStore.open(other, OPTIONS, () -> {})) {
            ChangeSet changes = new ChangeSet(42);
            for (int number = 0; number < 10_000; number++) {
                put(changes, message(number, 7, 4, number, "x".repeat(1_000)));
            }
            store.commit(changes);
        }
        try (RowStore store = LmdbStore.open(other, OPTIONS, () -> {})) {
            assertThat(store.appliedIndex()).isEqualTo(42);
        }
    }

    @Test
    void rebuildsAnEnvironmentWhoseLastSyncFailed() throws IOException {
        Path other = directory.resolve("other");
        try (RowStore store = LmdbStore.open(other, OPTIONS, () -> {})) {
            ChangeSet changes = new ChangeSet(42);
            put(changes, message(1, 7, 4, 0, "kept"));
            commit(store, changes);
        }
        new SyncState(other).fail();
        Object before = Files.readAttributes(
                        other.resolve("data.mdb"), java.nio.file.attribute.BasicFileAttributes.class)
                .fileKey();
        try (RowStore store = LmdbStore.open(other, OPTIONS, () -> {})) {
            assertThat(scan(store, Table.MESSAGES)).containsExactly("1/0=kept");
            assertThat(store.appliedIndex()).isEqualTo(42);
        }
        assertThat(new SyncState(other).failed()).isFalse();
        assertThat(Files.readAttributes(other.resolve("data.mdb"), java.nio.file.attribute.BasicFileAttributes.class)
                        .fileKey())
                .isNotEqualTo(before);
    }

    @Test
    void reportsWhatItUsesBeyondATinyLimit() {
        StoreOptions tiny = new StoreOptions(0, 1, 0);
        try (RowStore store = LmdbStore.open(directory.resolve("tiny"), tiny, () -> {})) {
            assertThat(store.usedBytes()).isGreaterThan(store.limitBytes());
        }
    }

    @Test
    void countsTheReserveOfTheDiskAsNoRoom() {
        StoreOptions greedy = new StoreOptions(0, 0, Long.MAX_VALUE / 2);
        try (RowStore store = LmdbStore.open(directory.resolve("greedy"), greedy, () -> {})) {
            assertThat(store.limitBytes()).isZero();
        }
    }

    @Test
    void keepsTheLastStateWhenACommitFails() {
        Path other = directory.resolve("other");
        try (RowStore store = LmdbStore.open(other, OPTIONS, () -> {})) {
            ChangeSet good = new ChangeSet(1);
            put(good, message(1, 7, 4, 0, "kept"));
            commit(store, good);
            ChangeSet bad = new ChangeSet(2);
            removeRange(bad, 7, Table.minor(4, 0), 1);
            put(bad, message(2, 7, 4, 1, "not committed"));
            bad.bodies().add(new StoredMessage(3, new StoredMessage.Place(7, 4, 2), 0, 0, 0, 5));
            store.commit(bad);
            Rows.await(store::failure);
            assertThat(store.pollCommitted()).isNull();
            assertThat(store.appliedIndex()).isEqualTo(1);
            assertThat(scan(store, Table.MESSAGES)).containsExactly("1/0=kept");
        }
        try (RowStore store = LmdbStore.open(other, OPTIONS, () -> {})) {
            assertThat(store.appliedIndex()).isEqualTo(1);
            assertThat(scan(store, Table.MESSAGES)).containsExactly("1/0=kept");
        }
    }

    @Test
    void tellsItsOwnerWhenThereIsAnAnswer() {
        AtomicInteger answers = new AtomicInteger();
        try (RowStore store = LmdbStore.open(directory.resolve("other"), OPTIONS, answers::incrementAndGet)) {
            commit(store, new ChangeSet(1));
            Rows.load(store, RowStore.Load.chunk(this, 1, 0));
        }
        assertThat(answers).hasValue(2);
    }

    @Test
    void goesOnWithALaneInAnotherTransactionWhenItTakesLong() {
        Path other = directory.resolve("other");
        try (RowStore store = LmdbStore.open(other, OPTIONS, () -> {})) {
            ChangeSet changes = new ChangeSet(1);
            for (int number = 0; number < 30_000; number++) {
                put(changes, message(number, 7, 4, number, "m" + number));
            }
            commit(store, changes);
            RowStore.Load load = Rows.load(
                    store,
                    RowStore.Load.lane(
                            this, new StoredMessage.Place(7, 4, 0), Long.MAX_VALUE, 30_000, Integer.MAX_VALUE));
            assertThat(load.messages).hasSize(30_000);
            for (int number = 0; number < 30_000; number++) {
                assertThat(Rows.text(load.messages.get(number))).isEqualTo("m" + number);
            }
        }
    }
}
