package dev.sluice.server.store;

import static dev.sluice.server.store.Rows.commit;
import static dev.sluice.server.store.Rows.load;
import static dev.sluice.server.store.Rows.message;
import static dev.sluice.server.store.Rows.put;
import static dev.sluice.server.store.Rows.removeRange;
import static dev.sluice.server.store.Rows.scan;
import static dev.sluice.server.store.Rows.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.StoredMessage;
import dev.sluice.server.core.Table;
import dev.sluice.testing.Seeded;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every row store does. */
abstract class RowStoreContract {
    private static final StoredMessage.Place PLACE = new StoredMessage.Place(7, 4, 0);

    private RowStore store;

    abstract RowStore open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void beginsEmptyAtBatchZero() {
        assertThat(store.appliedIndex()).isZero();
        for (Table table : Table.values()) {
            assertThat(scan(store, table)).isEmpty();
        }
        assertThat(store.envelope(1)).isNull();
        assertThat(store.pollCommitted()).isNull();
        assertThat(store.pollLoaded()).isNull();
        assertThat(store.failure()).isNull();
    }

    @Test
    void showsRowsInTheUnsignedOrderOfTheirKeys() {
        ChangeSet changes = new ChangeSet(3);
        put(changes, Table.SESSIONS, -1, 5, "last");
        put(changes, Table.SESSIONS, 2, -1, "second");
        put(changes, Table.SESSIONS, 2, 1, "first");
        put(changes, Table.SESSIONS, 256, 0, "third");
        commit(store, changes);

        assertThat(store.appliedIndex()).isEqualTo(3);
        assertThat(scan(store, Table.SESSIONS))
                .containsExactly(
                        "2/1=first", "2/18446744073709551615=second", "256/0=third", "18446744073709551615/5=last");
        assertThat(scan(store, Table.SESSIONS, 2, 2))
                .containsExactly("2/18446744073709551615=second", "256/0=third", "18446744073709551615/5=last");
        assertThat(scan(store, Table.ADDRESSES)).isEmpty();
    }

    @Test
    void endsAScanWhenTheVisitorHasEnough() {
        ChangeSet changes = new ChangeSet(1);
        for (int row = 0; row < 5; row++) {
            put(changes, Table.LANES, row, 0, "x");
        }
        commit(store, changes);
        int[] seen = {0};
        store.scan(Table.LANES, 1, 0, (major, minor, value, length) -> ++seen[0] < 2);
        assertThat(seen[0]).isEqualTo(2);
    }

    @Test
    void letsAVisitorLookAtOtherRows() {
        ChangeSet changes = new ChangeSet(1);
        put(changes, Table.ADDRESSES, 1, 0, "a");
        put(changes, Table.ADDRESSES, 2, 0, "b");
        put(changes, message(9, 1, 4, 0, "envelope"));
        commit(store, changes);
        store.scan(Table.ADDRESSES, 0, 0, (major, minor, value, length) -> {
            assertThat(scan(store, Table.INDEX)).hasSize(1);
            assertThat(text(store.envelope(9))).isEqualTo("envelope");
            return true;
        });
    }

    @Test
    void appliesRowsInTheOrderTheyWerePut() {
        ChangeSet changes = new ChangeSet(1);
        put(changes, Table.PROGRESS, 1, 1, "old");
        put(changes, Table.PROGRESS, 1, 1, "a longer new one");
        put(changes, Table.PROGRESS, 1, 2, "gone");
        changes.delete(Table.PROGRESS, 1, 2);
        changes.delete(Table.PROGRESS, 1, 3);
        put(changes, Table.PROGRESS, 1, 3, "back");
        put(changes, Table.PROGRESS, 1, 4, "");
        commit(store, changes);
        assertThat(scan(store, Table.PROGRESS)).containsExactly("1/1=a longer new one", "1/3=back", "1/4=");
    }

    @Test
    void removesNothingWhenThereIsNothing() {
        ChangeSet changes = new ChangeSet(1);
        changes.removedNumbers().add(5);
        changes.removedBodies().add(6);
        removeRange(changes, 1, Table.minor(4, 0), 1_000);
        removeRange(changes, 1, Table.minor(9, 0), 1L << 40);
        removeRange(changes, 1, Table.minor(2, 7), 0);
        changes.delete(Table.HOLES, 1, 1);
        commit(store, changes);
        assertThat(store.appliedIndex()).isEqualTo(1);
        assertThat(store.failure()).isNull();
    }

    @Test
    void removesARunWithItsEnvelopesChunksAndDueRowsAndNothingElse() {
        ChangeSet first = new ChangeSet(1);
        put(first, message(10, 7, 4, 0, "before"));
        put(first, message(11, new StoredMessage.Place(7, 4, 1), 5_000, 0, "expires"));
        put(first, message(12, new StoredMessage.Place(7, 4, 2), 0, 99, "chunked"));
        put(first, message(13, 7, 4, 4, "after a gap"));
        put(first, message(14, 7, 4, 5, "after"));
        put(first, message(15, 7, 5, 1, "other priority"));
        put(first, message(16, 8, 4, 1, "other address"));
        put(first, Table.DUE, 5_000, 11, "");
        put(first, Table.DUE, 5_000, 12, "");
        for (long offset = 0; offset < 3; offset++) {
            first.chunks().add(new ChangeSet.Chunk(99, offset * 10, Rows.direct("chunk"), 0, 5));
            first.chunks().add(new ChangeSet.Chunk(100, offset * 10, Rows.direct("chunk"), 1, 4));
        }
        commit(store, first);
        assertThat(scan(store, Table.CHUNKS)).hasSize(6);

        ChangeSet second = new ChangeSet(2);
        removeRange(second, 7, Table.minor(4, 1), 4);
        commit(store, second);

        assertThat(scan(store, Table.MESSAGES))
                .containsExactly("10/0=before", "14/0=after", "15/0=other priority", "16/0=other address");
        assertThat(scan(store, Table.INDEX)).hasSize(4);
        assertThat(scan(store, Table.DUE)).containsExactly("5000/12=");
        assertThat(scan(store, Table.CHUNKS)).containsExactly("100/0=hunk", "100/10=hunk", "100/20=hunk");
    }

    @Test
    void removesMessagesByNumberAndBodiesByTheirs() {
        ChangeSet first = new ChangeSet(1);
        first.bodies().add(message(1, 7, 4, -1, "delayed"));
        first.bodies().add(message(2, 7, 4, -1, "delayed too"));
        first.chunks().add(new ChangeSet.Chunk(50, 0, Rows.direct("a"), 0, 1));
        first.chunks().add(new ChangeSet.Chunk(51, 0, Rows.direct("b"), 0, 1));
        commit(store, first);
        ChangeSet second = new ChangeSet(2);
        second.removedNumbers().add(2);
        second.removedBodies().add(50);
        commit(store, second);
        assertThat(scan(store, Table.MESSAGES)).containsExactly("1/0=delayed");
        assertThat(scan(store, Table.CHUNKS)).containsExactly("51/0=b");
        assertThat(text(store.envelope(1))).isEqualTo("delayed");
        assertThat(store.envelope(2)).isNull();
    }

    @Test
    void aBodyGoesWithTheLastOfTheMessagesThatShareIt() {
        ChangeSet first = new ChangeSet(1);
        put(first, message(12, new StoredMessage.Place(7, 4, 2), 0, 99, "chunked"));
        first.chunks().add(new ChangeSet.Chunk(99, 0, Rows.direct("a"), 0, 1));
        first.chunks().add(new ChangeSet.Chunk(99, 1, Rows.direct("b"), 0, 1));
        commit(store, first);

        ChangeSet second = new ChangeSet(2);
        put(second, message(13, new StoredMessage.Place(8, 4, 0), 0, 99, "one more"));
        put(second, message(14, new StoredMessage.Place(8, 4, 1), 0, 99, "and one more"));
        second.shares().add(99);
        second.shares().add(2);
        removeRange(second, 7, Table.minor(4, 2), 1);
        commit(store, second);
        assertThat(scan(store, Table.CHUNKS)).hasSize(2);
        assertThat(scan(store, Table.SHARES)).hasSize(1);

        ChangeSet third = new ChangeSet(3);
        third.removedBodies().add(99);
        commit(store, third);
        assertThat(scan(store, Table.CHUNKS)).hasSize(2);
        assertThat(scan(store, Table.SHARES)).isEmpty();

        ChangeSet fourth = new ChangeSet(4);
        removeRange(fourth, 8, Table.minor(4, 0), 2);
        commit(store, fourth);
        assertThat(scan(store, Table.CHUNKS)).isEmpty();
    }

    @Test
    void removesBeforeItPuts() {
        ChangeSet first = new ChangeSet(1);
        put(first, message(1, 7, 4, 0, "old"));
        commit(store, first);
        ChangeSet second = new ChangeSet(2);
        put(second, message(2, 7, 4, 0, "new"));
        removeRange(second, 7, Table.minor(4, 0), 1);
        commit(store, second);
        assertThat(scan(store, Table.MESSAGES)).containsExactly("2/0=new");
        assertThat(scan(store, Table.INDEX)).hasSize(1);
    }

    @Test
    void storesMessagesFromAnyMemoryInAnyOrderOfNumbers() {
        ChangeSet first = new ChangeSet(1);
        put(first, message(100, 7, 4, 0, "direct"));
        StoredMessage heap = new StoredMessage(200, new StoredMessage.Place(7, 4, 1), 0, 0, 0, 4);
        heap.loaded(
                new org.agrona.concurrent.UnsafeBuffer(
                        "a heap buffer".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                2);
        put(first, heap);
        commit(store, first);
        ChangeSet second = new ChangeSet(2);
        put(second, message(150, 7, 4, 2, "between"));
        put(second, message(300, 7, 4, 3, "x".repeat(300_000)));
        commit(store, second);
        assertThat(text(store.envelope(200))).isEqualTo("heap");
        assertThat(text(store.envelope(150))).isEqualTo("between");
        assertThat(text(store.envelope(300))).hasSize(300_000);
    }

    @Test
    void loadsARunOfALaneInOrder() {
        ChangeSet changes = new ChangeSet(1);
        for (int sequence = 0; sequence < 100; sequence += 2) {
            put(changes, message(1_000 + sequence, 7, 4, sequence, "m" + sequence));
        }
        put(changes, message(5_000, 7, 5, 50, "other priority"));
        put(changes, message(5_001, 8, 4, 50, "other address"));
        commit(store, changes);

        RowStore.Load load = load(store, RowStore.Load.lane("me", new StoredMessage.Place(7, 4, 11), 20, 100, 1 << 20));
        assertThat(load.asker).isEqualTo("me");
        assertThat(load.messages).extracting(StoredMessage::sequence).containsExactly(12L, 14L, 16L, 18L);
        assertThat(load.messages).extracting(Rows::text).containsExactly("m12", "m14", "m16", "m18");
        assertThat(load.messages).extracting(message -> message.number).containsExactly(1012L, 1014L, 1016L, 1018L);
        assertThat(load.next).isEqualTo(20);

        RowStore.Load all =
                load(store, RowStore.Load.lane("me", new StoredMessage.Place(7, 4, 0), Long.MAX_VALUE, 1_000, 1 << 20));
        assertThat(all.messages).hasSize(50);
        assertThat(all.next).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void loadsNoMoreThanWasAskedForAndSaysWhereToGoOn() {
        ChangeSet changes = new ChangeSet(1);
        for (int sequence = 0; sequence < 10; sequence++) {
            put(changes, message(1 + sequence, 7, 4, sequence, "0123456789"));
        }
        commit(store, changes);

        RowStore.Load few = load(store, RowStore.Load.lane(this, PLACE, 10, 3, 1 << 20));
        assertThat(few.messages).hasSize(3);
        assertThat(few.next).isEqualTo(3);
        RowStore.Load small = load(store, RowStore.Load.lane(this, PLACE, 10, 100, 25));
        assertThat(small.messages).hasSize(3);
        assertThat(small.next).isEqualTo(3);
        RowStore.Load tiny = load(store, RowStore.Load.lane(this, PLACE, 10, 100, 1));
        assertThat(tiny.messages).hasSize(1);
        RowStore.Load none = load(store, RowStore.Load.lane(this, new StoredMessage.Place(7, 4, 10), 20, 100, 1));
        assertThat(none.messages).isEmpty();
        assertThat(none.next).isEqualTo(20);
    }

    @Test
    void skipsRowsOfALaneWhoseMessageIsMissing() {
        ChangeSet changes = new ChangeSet(1);
        put(changes, message(1, 7, 4, 0, "here"));
        changes.indexed().add(message(2, 7, 4, 1, "not stored"));
        put(changes, message(3, 7, 4, 2, "here too"));
        commit(store, changes);
        RowStore.Load load = load(store, RowStore.Load.lane(this, PLACE, 10, 10, 1 << 20));
        assertThat(load.messages).extracting(Rows::text).containsExactly("here", "here too");
    }

    @Test
    void keepsWhatAMessageIsInItsIndexRow() {
        ChangeSet changes = new ChangeSet(1);
        StoredMessage message = message(1L << 40, new StoredMessage.Place(7, 9, 1L << 50), 123_456, 77, "envelope");
        put(changes, message);
        commit(store, changes);
        RowStore.Load load =
                load(store, RowStore.Load.lane(this, new StoredMessage.Place(7, 9, 0), Long.MAX_VALUE, 10, 1 << 20));
        StoredMessage loaded = load.messages.get(0);
        assertThat(loaded)
                .usingRecursiveComparison()
                .ignoringFields("buffer", "offset", "slab")
                .isEqualTo(message);
    }

    @Test
    void loadsMessagesAndChunksByNumber() {
        ChangeSet changes = new ChangeSet(1);
        changes.bodies().add(message(5, 7, 4, -1, "delayed"));
        changes.chunks().add(new ChangeSet.Chunk(50, 256, Rows.direct("chunk"), 0, 5));
        commit(store, changes);

        StoredMessage cold = new StoredMessage(5, PLACE, 0, 0, 0, 7);
        assertThat(text(load(store, RowStore.Load.message(this, cold)).messages.get(0)))
                .isEqualTo("delayed");
        StoredMessage gone = new StoredMessage(6, PLACE, 0, 0, 0, 7);
        assertThat(load(store, RowStore.Load.message(this, gone))
                        .messages
                        .get(0)
                        .buffer())
                .isNull();
        assertThat(text(load(store, RowStore.Load.chunk(this, 50, 256)).chunk)).isEqualTo("chunk");
        assertThat(load(store, RowStore.Load.chunk(this, 50, 0)).chunk).isNull();
    }

    @Test
    void answersLoadsInTheOrderTheyWereAsked() {
        for (int ask = 0; ask < 100; ask++) {
            store.load(RowStore.Load.chunk(ask, 50, 0));
        }
        for (int ask = 0; ask < 100; ask++) {
            assertThat(Rows.await(store::pollLoaded).asker).isEqualTo(ask);
        }
    }

    @Test
    void countsLessAfterARemoval() {
        ChangeSet first = new ChangeSet(1);
        for (int number = 0; number < 1_000; number++) {
            put(first, message(number, 7, 4, number, "x".repeat(1_000)));
        }
        long empty = store.usedBytes();
        commit(store, first);
        long full = store.usedBytes();
        assertThat(full).isGreaterThan(empty + 1_000_000).isLessThan(store.limitBytes());
        ChangeSet second = new ChangeSet(2);
        removeRange(second, 7, Table.minor(4, 0), 900);
        commit(store, second);
        assertThat(store.usedBytes()).isLessThan(empty + (full - empty) / 5);
    }

    @Seeded(runs = 20)
    void agreesWithASimplerStore(SplittableRandom random) {
        RowModel model = new RowModel();
        for (long index = 1; index <= 30; index++) {
            ChangeSet changes = model.step(random, index);
            commit(store, changes);
            assertThat(model.differences(store)).isEmpty();
        }
        assertThat(List.of(store.appliedIndex())).containsExactly(30L);
    }
}
