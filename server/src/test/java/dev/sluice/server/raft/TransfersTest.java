package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.base.Clock;
import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import dev.sluice.server.store.SlabPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a shard and its Raft group go through while another member is to lead, with a Ratis that the test plays. */
class TransfersTest {
    private static final long TERM = 3;
    private static final int LENGTH = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final SlabPool pool = new SlabPool(1024, 0);
    private final List<Played> groups = Stream.generate(Played::new).limit(3).toList();
    private final Leaders leaders = new Leaders(3);
    private final Transfers transfers = new Transfers(
            groups.stream().map(group -> new Transfers.Post(group.log, group)).toList(), Clock.SYSTEM);

    /** A shard that takes a turn whenever it is woken, and its group. */
    private final class Played implements Group {
        @Override
        public OptionalLong overtakenAt() {
            return OptionalLong.empty();
        }

        private final List<Long> proposed = new ArrayList<>();
        private final RaftLog log = new RaftLog(this::turn, () -> Long.MAX_VALUE);
        private final Slab slab = pool.take(1024);
        private final List<String> asked = new ArrayList<>();
        private List<Follower> followers = List.of(new Follower("b", 0, 10), new Follower("c", 0, 10));
        private Function<String, String> giving = member -> "";
        private boolean leads = true;
        private String leader = "";
        private int stepsDown;
        private int offset = BatchLog.HEADER_BYTES;

        Played() {
            log.start(0, pool, (index, timestampMillis, of, at, length) -> {});
            log.proposer((term, call, data) -> proposed.add(call));
            log.leads(TERM);
            turn();
        }

        private void turn() {
            if (log != null) {
                long unused = log.leadership();
            }
        }

        void propose() {
            log.propose(slab, offset, LENGTH, 100);
            offset += LENGTH + BatchLog.HEADER_BYTES;
        }

        boolean isServed() {
            return log.leadership() == TERM;
        }

        @Override
        public boolean leads() {
            return leads;
        }

        @Override
        public long term() {
            return TERM;
        }

        @Override
        public String leader() {
            return leader;
        }

        @Override
        public List<Follower> followers() {
            return followers;
        }

        @Override
        public CompletableFuture<String> give(String member, Duration within) {
            asked.add(member);
            propose();
            String fault = giving.apply(member);
            if (fault.isEmpty()) {
                leads = false;
                log.lost(TERM);
            }
            return CompletableFuture.completedFuture(fault);
        }

        @Override
        public void reconnect(String member) {
            throw new AssertionError("nobody asked for that");
        }

        @Override
        public void stepDown() {
            stepsDown++;
        }
    }

    private Played only() {
        groups.subList(1, 3).forEach(group -> group.leads = false);
        return groups.get(0);
    }

    @Test
    void whatIsProposedWhileItIsGivenAwayIsNeverShownToRatis() throws InterruptedException {
        Played group = only();
        Transfers.Outcome outcome = transfers.give(0, "b", PATIENCE);
        assertThat(outcome.isGiven()).isTrue();
        assertThat(group.asked).containsExactly("b");
        assertThat(group.proposed).isEmpty();
        assertThat(group.isServed()).isFalse();
    }

    @Test
    void whoCannotGiveItAwayGoesOnLeadingWithAllThatWasProposedMeanwhile() throws InterruptedException {
        Played group = only();
        group.giving = member -> "too late";
        Transfers.Outcome outcome = transfers.give(0, "b", PATIENCE);
        assertThat(outcome.fault()).isEqualTo("too late");
        assertThat(group.isServed()).isTrue();
        assertThat(group.proposed).containsExactly(1L);
        group.propose();
        assertThat(group.proposed).containsExactly(1L, 2L);
    }

    @Test
    void whoIsElectedALittleTooLateHasItAllTheSame() throws InterruptedException {
        Played group = only();
        group.giving = member -> {
            group.leads = false;
            group.leader = "b";
            group.log.lost(TERM);
            return "too late";
        };
        assertThat(transfers.give(0, "b", PATIENCE)).isEqualTo(new Transfers.Outcome(0, "b", ""));
        assertThat(group.proposed).isEmpty();
    }

    @Test
    void itIsSaidWhenAnotherOneOrNobodyIsElected() throws InterruptedException {
        Played group = only();
        group.giving = member -> {
            group.leads = false;
            group.leader = "c";
            return "too late";
        };
        assertThat(transfers.give(0, "b", PATIENCE).fault()).isEqualTo("c was elected instead");
        Played other = groups.get(1);
        other.leads = true;
        other.giving = member -> {
            other.leads = false;
            return "too late";
        };
        assertThat(transfers.give(1, "b", SHORT).fault()).contains("nobody is yet");
    }

    @Test
    void whatIsNotOnMostMembersKeepsTheLeadershipWhereItIs() throws InterruptedException {
        Played group = only();
        group.propose();
        Transfers.Outcome outcome = transfers.give(0, "b", SHORT);
        assertThat(outcome.fault()).contains("not on most members yet");
        assertThat(group.asked).isEmpty();
        assertThat(group.isServed()).isTrue();
        group.propose();
        assertThat(group.proposed).containsExactly(1L, 2L);
    }

    @Test
    void theNextOneIsAskedWhenTheBestCannotTakeIt() throws InterruptedException {
        Played group = only();
        group.followers = List.of(new Group.Follower("b", 2, 10), new Group.Follower("c", 1, 10));
        group.giving = member -> member.equals("c") ? "no" : "";
        assertThat(transfers.giveAll(leaders, Set.of(), PATIENCE)).containsExactly(new Transfers.Outcome(0, "b", ""));
        assertThat(group.asked).containsExactly("c", "b");
    }

    @Test
    void whoIsSilentOrBehindOrUnwillingIsNotAsked() throws InterruptedException {
        Played group = only();
        group.followers = List.of(
                new Group.Follower("b", 0, 60_000),
                new Group.Follower("c", 100_000, 10),
                new Group.Follower("d", 0, 10));
        List<Transfers.Outcome> outcomes = transfers.giveAll(leaders, Set.of("d"), PATIENCE);
        assertThat(outcomes).singleElement().matches(outcome -> outcome.fault().startsWith("no other member"));
        assertThat(group.asked).isEmpty();
        assertThat(group.isServed()).isTrue();
    }

    @Test
    void allThatIsLedIsGivenToSeveralMembers() throws InterruptedException {
        groups.get(1).leads = false;
        leaders.changed(1, "b.5f3c09d2");
        assertThat(transfers.giveAll(leaders, Set.of(), PATIENCE))
                .containsExactly(new Transfers.Outcome(0, "c", ""), new Transfers.Outcome(2, "b", ""));
        assertThat(groups.get(1).asked).isEmpty();
    }

    @Test
    void whoDoesNotLeadHasNothingToGive() throws InterruptedException {
        Played group = only();
        group.leads = false;
        assertThat(transfers.give(0, "b", PATIENCE).fault()).contains("does not lead");
        assertThat(transfers.giveAll(leaders, Set.of(), PATIENCE)).isEmpty();
        assertThat(group.asked).isEmpty();
    }

    @Test
    void aShardThatRatisLeadsAndNobodyServesGetsAnotherElection() {
        Played group = only();
        transfers.mend();
        group.log.lost(TERM);
        transfers.mend();
        assertThat(group.stepsDown).isZero();
        transfers.mend();
        assertThat(group.stepsDown).isEqualTo(1);
    }

    @Test
    void whoLostTheLeadershipAndHasItAgainIsLeftAlone() {
        Played group = only();
        group.log.lost(TERM);
        transfers.mend();
        group.leads = false;
        transfers.mend();
        group.leads = true;
        transfers.mend();
        assertThat(group.stepsDown).isZero();
    }
}
