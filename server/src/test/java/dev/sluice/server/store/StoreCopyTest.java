package dev.sluice.server.store;

import static dev.sluice.server.store.Rows.commit;
import static dev.sluice.server.store.Rows.message;
import static dev.sluice.server.store.Rows.put;
import static dev.sluice.server.store.Rows.scan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store is read in pieces while it changes, and another one is made of them. */
final class StoreCopyTest {
    private static final StoreOptions OPTIONS = StoreOptions.defaults().withLimitBytes(256L << 20);
    private static final int MESSAGES = 500;

    @TempDir
    private Path directory;

    private Path place(String name) {
        return directory.resolve(name);
    }

    private LmdbStore open(String name) {
        return LmdbStore.open(place(name), OPTIONS, () -> {});
    }

    private static void fill(LmdbStore store, long index, String text) {
        ChangeSet changes = new ChangeSet(index);
        for (int number = 0; number < MESSAGES; number++) {
            put(changes, message(number, 7, 4, number, text + number));
        }
        put(changes, Table.SHARD, 0, 1, "counter of " + text);
        put(changes, Table.SUBSCRIPTIONS, 3, 0, "subscription");
        commit(store, changes);
    }

    private static List<byte[]> pieces(StoreImage image, int bytes) {
        List<byte[]> all = new ArrayList<>();
        for (byte[] piece = image.next(bytes); piece.length > 0; piece = image.next(bytes)) {
            all.add(piece);
        }
        return all;
    }

    private static List<List<String>> everything(LmdbStore store) {
        List<List<String>> all = new ArrayList<>();
        for (Table table : Table.values()) {
            all.add(scan(store, table));
        }
        return all;
    }

    private void replace(String name, List<byte[]> pieces, long index) {
        try (StoreCopy copy = StoreCopy.begin(place(name), OPTIONS)) {
            pieces.forEach(copy::add);
            copy.complete(index);
            copy.replace();
        }
    }

    @Test
    void aCopyHasEveryRowOfTheMomentAtWhichItWasBegun() {
        try (LmdbStore store = open("source")) {
            fill(store, 5, "early ");
            List<List<String>> early = everything(store);
            try (StoreImage image = store.image()) {
                byte[] first = image.next(100);
                fill(store, 9, "late ");
                List<byte[]> pieces = pieces(image, 1_000);
                pieces.add(0, first);
                assertThat(pieces).hasSizeGreaterThan(10);
                assertThat(image.appliedIndex()).isEqualTo(5);
                replace("copied", pieces, image.appliedIndex());
            }
            try (LmdbStore copied = open("copied")) {
                assertThat(copied.appliedIndex()).isEqualTo(5);
                assertThat(everything(copied)).isEqualTo(early);
            }
        }
    }

    @Test
    void aCopyTakesThePlaceOfAStoreAndLeavesNothingElse() {
        try (LmdbStore behind = open("behind")) {
            fill(behind, 3, "behind ");
        }
        List<byte[]> pieces;
        List<List<String>> expected;
        try (LmdbStore store = open("source")) {
            fill(store, 8, "ahead ");
            expected = everything(store);
            try (StoreImage image = store.image()) {
                pieces = pieces(image, 10_000);
            }
        }
        replace("behind", pieces, 8);
        try (LmdbStore copied = open("behind")) {
            assertThat(copied.appliedIndex()).isEqualTo(8);
            assertThat(everything(copied)).isEqualTo(expected);
            fill(copied, 9, "on ");
            assertThat(copied.appliedIndex()).isEqualTo(9);
        }
        assertThat(directory.resolve("behind.copy")).doesNotExist();
    }

    @Test
    void aCopyThatWasNotFinishedChangesNothing() {
        try (LmdbStore store = open("source")) {
            fill(store, 8, "ahead ");
            try (StoreImage image = store.image();
                    StoreCopy copy = StoreCopy.begin(place("behind"), OPTIONS)) {
                copy.add(image.next(10_000));
            }
        }
        assertThat(Files.exists(directory.resolve("behind.copy"))).isTrue();
        try (LmdbStore behind = open("behind")) {
            assertThat(behind.appliedIndex()).isZero();
        }
        try (StoreCopy again = StoreCopy.begin(place("behind"), OPTIONS)) {
            again.complete(4);
            again.replace();
        }
        try (LmdbStore empty = open("behind")) {
            assertThat(empty.appliedIndex()).isEqualTo(4);
            assertThat(scan(empty, Table.MESSAGES)).isEmpty();
        }
    }

    @Test
    void aStoreThatClosesEndsWhatIsReadOfIt() {
        LmdbStore store = open("source");
        fill(store, 5, "some ");
        StoreImage image = store.image();
        assertThat(image.next(100)).isNotEmpty();
        store.close();
        assertThatThrownBy(() -> image.next(100)).isInstanceOf(StoreException.class);
        assertThatThrownBy(store::image).isInstanceOf(StoreException.class);
        image.close();
    }
}
