package dev.sluice.server.store;

import static dev.sluice.server.store.Rows.commit;
import static dev.sluice.server.store.Rows.message;
import static dev.sluice.server.store.Rows.put;
import static dev.sluice.server.store.Rows.scan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
