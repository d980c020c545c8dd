package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When what is wanted is done. */
class CalmTest {
    private static final Balance.Move SHARD = new Balance.Move(0, "a", "b", 1);
    private static final Balance.Move OTHER_SHARD = new Balance.Move(1, "a", "c", 1);
    private static final Balance.Move OTHER = new Balance.Move(2, "b", "c", 1);
    private static final Balance.Move WORK = new Balance.Move(0, "a", "b", 0.7);
    private static final List<String> LEADERS = List.of("a", "a");

    private final Calm calm = new Calm();
    private long seconds;
    private boolean complete = true;

    @BeforeEach
    void allHaveBeenThereForLong() {
        assertThat(next(null, LEADERS)).isNull();
        seconds = 1000;
    }

    /** After so many seconds of the same. */
    private int secondsUntilDone(Balance.@Nullable Move move, List<String> leaders) {
        for (int waited = 0; waited < 100; waited++) {
            if (next(move, leaders) != null) {
                return waited;
            }
            seconds++;
        }
        return -1;
    }

    private Balance.@Nullable Move next(Balance.@Nullable Move move, List<String> leaders) {
        return calm.next(leaders, move, complete, TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void whatIsWantedForAWhileIsDone() {
        assertThat(secondsUntilDone(SHARD, LEADERS)).isEqualTo(5);
    }

    @Test
    void whatFollowsTheWorkWaitsLonger() {
        assertThat(secondsUntilDone(WORK, LEADERS)).isEqualTo(60);
    }

    @Test
    void whoIsAwayMayBeBackSoon() {
        complete = false;
        assertThat(secondsUntilDone(SHARD, LEADERS)).isEqualTo(60);
    }

    @Test
    void whoIsBackIsGivenNothingAtOnce() {
        complete = false;
        assertThat(next(SHARD, LEADERS)).isNull();
        seconds += 30;
        assertThat(next(SHARD, LEADERS)).isNull();
        complete = true;
        assertThat(secondsUntilDone(SHARD, LEADERS)).isEqualTo(10);
    }

    @Test
    void whichShardItIsMayChange() {
        assertThat(next(SHARD, LEADERS)).isNull();
        seconds += 4;
        assertThat(next(OTHER_SHARD, LEADERS)).isNull();
        seconds += 1;
        assertThat(next(OTHER_SHARD, LEADERS)).isEqualTo(OTHER_SHARD);
    }

    @Test
    void anElectionAndAChangeOfMindBeginAnew() {
        assertThat(next(SHARD, LEADERS)).isNull();
        seconds += 4;
        assertThat(next(SHARD, LEADERS)).isNull();
        assertThat(secondsUntilDone(SHARD, List.of("b", "a"))).isEqualTo(5);
        assertThat(secondsUntilDone(OTHER, List.of("b", "a"))).isEqualTo(5);
    }

    @Test
    void nothingIsDoneWhenNothingIsWanted() {
        assertThat(secondsUntilDone(null, LEADERS)).isEqualTo(-1);
        assertThat(secondsUntilDone(SHARD, LEADERS)).isEqualTo(5);
    }

    @Test
    void whatFailedIsNotTriedAtOnceAgain() {
        assertThat(secondsUntilDone(SHARD, LEADERS)).isEqualTo(5);
        calm.failed(TimeUnit.SECONDS.toNanos(seconds));
        assertThat(secondsUntilDone(SHARD, LEADERS)).isEqualTo(30);
    }
}
