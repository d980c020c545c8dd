package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import dev.sluice.server.log.LogException;
import dev.sluice.server.store.SlabPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

/** What a log shows and when, with a Ratis that the test plays. */
class RaftLogTest {
    private static final int LENGTH = 8;

    private final SlabPool pool = new SlabPool(1024, 0);
    private final RaftLog log = new RaftLog(() -> {}, () -> Long.MAX_VALUE);
    private final TreeMap<Long, ByteString> proposed = new TreeMap<>();
    private final List<String> shown = new ArrayList<>();
    private final List<Slab> slabs = new ArrayList<>();
    private final Slab own = pool.take(1024);
    private int ownOffset = BatchLog.HEADER_BYTES;
    private long index = 1;

    RaftLogTest() {
        log.start(0, pool, this::show);
        log.proposer((term, call, data) -> proposed.put(call, data));
    }

    private void show(long at, long timestampMillis, Slab slab, int offset, int length) {
        assertThat(length).isEqualTo(LENGTH);
        shown.add(at + " " + timestampMillis + " " + slab.buffer().getLong(offset) + (slab == own ? " own" : ""));
        slabs.add(slab);
    }

    private void propose(long value) {
        own.buffer().putLong(ownOffset, value);
        log.propose(own, ownOffset, LENGTH, 100 + value);
        ownOffset += LENGTH + BatchLog.HEADER_BYTES;
    }

    private ByteString entry(long value) {
        Slab slab = pool.take(64);
        slab.buffer().putLong(0, value);
        ByteString entry = Entry.of(slab, 0, LENGTH, 100 + value, 1);
        slab.release();
        return entry;
    }

    private void commitOfOthers(long value) throws InterruptedException {
        log.committed(new Event.Committed(index++, Event.Committed.FOREIGN, entry(value)));
    }

    private void commitOwn(long call) throws InterruptedException {
        log.committed(new Event.Committed(index++, call, proposed.get(call)));
    }

    private List<String> poll() {
        shown.clear();
        int count = log.poll(this::show);
        assertThat(count).isEqualTo(shown.size());
        return List.copyOf(shown);
    }

    private void lead(long term) {
        log.leads(term);
        assertThat(log.leadership()).isEqualTo(term);
    }

    @Test
    void aFollowerSeesCopiesInTheOrderOfTheLog() throws InterruptedException {
        commitOfOthers(7);
        index++;
        commitOfOthers(8);

        assertThat(poll()).containsExactly("1 107 7", "3 108 8");
        assertThat(log.leadership()).isEqualTo(BatchLog.FOLLOWS);
        assertThat(slabs.get(0)).isSameAs(slabs.get(1));
    }

    @Test
    void leadershipBeginsBehindWhatWasCommittedBefore() throws InterruptedException {
        commitOfOthers(1);
        log.leads(3);
        assertThat(log.leadership()).isEqualTo(BatchLog.FOLLOWS);

        assertThat(poll()).containsExactly("1 101 1");
        assertThat(log.leadership()).isEqualTo(3);
    }

    @Test
    void nothingIsShownBeyondTheBeginningOfLeadershipUntilThatWasAskedFor() throws InterruptedException {
        commitOfOthers(1);
        log.leads(3);
        commitOfOthers(2);
        assertThat(poll()).containsExactly("1 101 1");
        assertThat(poll()).isEmpty();
        assertThat(log.leadership()).isEqualTo(3);
        assertThat(poll()).containsExactly("2 102 2");
    }

    @Test
    void leadershipBeginsOnceProposalsAreTaken() {
        RaftLog early = new RaftLog(() -> {}, () -> Long.MAX_VALUE);
        early.start(0, pool, this::show);
        early.leads(3);
        assertThat(early.leadership()).isEqualTo(BatchLog.FOLLOWS);
        early.proposer((term, call, data) -> proposed.put(call, data));
        assertThat(early.leadership()).isEqualTo(3);
    }

    @Test
    void aLeaderAppliesFromItsOwnSlab() throws InterruptedException {
        lead(3);
        propose(5);
        propose(6);
        assertThat(poll()).isEmpty();
        commitOwn(1);
        commitOwn(2);

        assertThat(poll()).containsExactly("1 105 5 own", "2 106 6 own");
    }

    @Test
    void leadershipThatIsLostBeforeItWasHeardOfIsNone() {
        log.lost(3);
        log.leads(3);
        assertThat(log.leadership()).isEqualTo(BatchLog.FOLLOWS);
        lead(4);
    }

    @Test
    void leadershipEndsAtOnceAndWhatWasProposedComesAsIfFromOthers() throws InterruptedException {
        lead(3);
        propose(5);
        propose(6);
        log.lost(4);
        assertThat(log.leadership()).isEqualTo(BatchLog.FOLLOWS);
        commitOwn(1);

        assertThat(poll()).containsExactly("1 105 5");
    }

    @Test
    void aLaterLeadershipDoesNotTakeEntriesOfAnEarlierOneForItsOwn() throws InterruptedException {
        lead(3);
        propose(5);
        log.lost(3);
        assertThat(log.leadership()).isEqualTo(BatchLog.FOLLOWS);
        commitOwn(1);
        log.leads(5);
        assertThat(poll()).containsExactly("1 105 5");
        assertThat(log.leadership()).isEqualTo(5);
        propose(6);
        commitOwn(2);

        assertThat(poll()).containsExactly("2 106 6 own");
    }

    @Test
    void leadershipThatWasLostAndWonAgainUnseenIsAnotherOne() {
        lead(3);
        propose(5);
        log.lost(3);
        log.leads(5);
        assertThat(log.leadership()).isEqualTo(5);
        assertThat(log.takesMore()).isTrue();
    }

    @Test
    void aGapInWhatWasProposedStopsTheShard() {
        lead(3);
        propose(5);
        propose(6);

        assertThatThrownBy(() -> {
                    commitOwn(2);
                    poll();
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("batch 2 was committed before batch 1");
    }

    @Test
    void takesSomeBatchesAtATimeAndMoreWhereItMust() throws InterruptedException {
        lead(3);
        long value = 0;
        while (log.takesMore()) {
            propose(++value);
        }
        assertThat(value).isBetween(2L, 16L);
        propose(++value);
        for (long call = 1; call <= value; call++) {
            commitOwn(call);
        }
        assertThat(poll()).hasSize((int) value);
        assertThat(log.takesMore()).isTrue();
    }

    @Test
    void aPauseBeginsWhenNothingIsUnderWayAndKeepsWhatIsProposedUntilItsEnd() throws InterruptedException {
        lead(3);
        propose(5);
        CompletableFuture<Boolean> quiet = log.pause();
        assertThat(log.leadership()).isEqualTo(3);
        propose(6);
        assertThat(log.leadership()).isEqualTo(3);
        assertThat(quiet).isNotDone();
        assertThat(proposed).containsOnlyKeys(1L);
        commitOwn(1);
        assertThat(poll()).containsExactly("1 105 5 own");
        assertThat(log.leadership()).isEqualTo(3);
        assertThat(quiet).isCompletedWithValue(true);
        propose(7);

        log.resume();
        assertThat(log.leadership()).isEqualTo(3);
        assertThat(proposed).containsOnlyKeys(1L, 2L, 3L);
        propose(8);
        commitOwn(2);
        commitOwn(3);
        commitOwn(4);
        assertThat(poll()).containsExactly("2 106 6 own", "3 107 7 own", "4 108 8 own");
    }

    @Test
    void aPauseTakesOneBatchMore() {
        lead(3);
        assertThat(log.pause()).isNotNull();
        assertThat(log.leadership()).isEqualTo(3);
        assertThat(log.takesMore()).isTrue();
        propose(5);
        assertThat(log.takesMore()).isFalse();
        log.resume();
        assertThat(log.leadership()).isEqualTo(3);
        assertThat(log.takesMore()).isTrue();
    }

    @Test
    void whatAPauseKeptIsGivenUpWithTheLeadership() {
        lead(3);
        assertThat(log.pause()).isNotNull();
        assertThat(log.leadership()).isEqualTo(3);
        propose(5);
        log.lost(3);
        assertThat(log.leadership()).isEqualTo(BatchLog.FOLLOWS);
        log.resume();
        assertThat(log.leadership()).isEqualTo(BatchLog.FOLLOWS);
        assertThat(proposed).isEmpty();
    }

    @Test
    void aPauseOfWhoDoesNotLeadSaysSoAndThereIsOneAtATime() {
        CompletableFuture<Boolean> quiet = log.pause();
        assertThat(log.pause()).isNull();
        assertThat(log.leadership()).isEqualTo(BatchLog.FOLLOWS);
        assertThat(quiet).isCompletedWithValue(false);
        log.resume();
        assertThat(log.pause()).isNotNull();
    }

    @Test
    void whoDoesNotLeadMayNotPropose() {
        assertThatThrownBy(() -> propose(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anEntryOfAnotherVersionIsRefused() throws InterruptedException {
        byte[] bytes = new byte[Entry.HEADER_BYTES + LENGTH];
        bytes[0] = 2;
        log.committed(new Event.Committed(1, Event.Committed.FOREIGN, ByteString.copyFrom(bytes)));

        assertThatThrownBy(this::poll).isInstanceOf(LogException.class).hasMessageContaining("entry 1", "version 2");
    }

    @Test
    void aFailureIsToldOnceAndLeavesNoRoom() {
        assertThat(log.hasRoom(1)).isTrue();
        IOException first = new IOException("first");
        log.failed(first);
        log.failed(new IOException("second"));

        assertThat(log.failure()).isSameAs(first);
        assertThat(log.hasRoom(1)).isFalse();
    }

    @Test
    void skipsWhatCopiedRowsHaveAlready() throws InterruptedException {
        commitOfOthers(7);
        commitOfOthers(8);
        log.start(1, pool, this::show);
        commitOfOthers(9);
        log.poll(this::show);
        assertThat(shown).containsExactly("2 108 8", "3 109 9");
    }
}
