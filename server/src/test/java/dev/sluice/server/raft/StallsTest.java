package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StallsTest {
    private final Stalls stalls = new Stalls();
    private final Disk disk = new Disk();

    /** A shard that this member leads, with what its disk has while others have more. */
    private static final class Disk implements Group {
        private OptionalLong overtakenAt = OptionalLong.empty();
        private int steps;

        @Override
        public OptionalLong overtakenAt() {
            return overtakenAt;
        }

        @Override
        public void stepDown() {
            steps++;
        }

        @Override
        public boolean leads() {
            return true;
        }

        @Override
        public long term() {
            return 1;
        }

        @Override
        public String leader() {
            return "a";
        }

        @Override
        public List<Follower> followers() {
            return List.of();
        }

        @Override
        public CompletableFuture<String> give(String member, Duration within) {
            throw new AssertionError("nothing is given");
        }

        @Override
        public void reconnect(String member) {
            throw new AssertionError("nobody is silent");
        }
    }

    private void round(double seconds, OptionalLong overtakenAt) {
        disk.overtakenAt = overtakenAt;
        stalls.round(List.of(disk), (long) (seconds * 1e9));
    }

    @Test
    void whoseDiskTakesNothingForSecondsWhileOthersHaveMoreLeadsNoMore() {
        round(0, OptionalLong.of(7));
        round(4.9, OptionalLong.of(7));
        assertThat(disk.steps).isZero();

        round(5, OptionalLong.of(7));
        assertThat(disk.steps).isEqualTo(1);
    }

    @Test
    void aDiskThatIsSlowLeadsOn() {
        for (int second = 0; second < 60; second++) {
            round(second, OptionalLong.of(7 + second / 4));
        }
        assertThat(disk.steps).isZero();
    }

    @Test
    void aDiskThatIsAsFarAsTheOthersNowAndThenLeadsOn() {
        for (int second = 0; second < 60; second++) {
            round(second, second % 4 == 3 ? OptionalLong.empty() : OptionalLong.of(7));
        }
        assertThat(disk.steps).isZero();
    }

    @Test
    void itIsSaidAgainAfterAsLong() {
        for (int second = 0; second < 12; second++) {
            round(second, OptionalLong.of(7));
        }
        assertThat(disk.steps).isEqualTo(2);
    }
}
