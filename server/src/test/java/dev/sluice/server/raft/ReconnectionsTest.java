package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReconnectionsTest {
    private static final long SILENCE_MILLIS = Reconnections.SILENCE_MAX.toMillis();

    private final Reconnections reconnections = new Reconnections();
    private final List<String> connected = new ArrayList<>();

    /** A shard whose followers have been silent for so long. */
    private record Seen(List<Follower> followers, List<String> connected) implements Group {
        @Override
        public void reconnect(String member) {
            connected.add(member);
        }

        @Override
        public boolean leads() {
            return !followers.isEmpty();
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
        public CompletableFuture<String> give(String member, Duration within) {
            throw new AssertionError("nothing is given");
        }

        @Override
        public OptionalLong overtakenAt() {
            return OptionalLong.empty();
        }

        @Override
        public void stepDown() {
            throw new AssertionError("it leads on");
        }
    }

    private void round(long seconds, long silentMillisOfB, long silentMillisOfC) {
        Seen shard = new Seen(
                List.of(new Group.Follower("b", 0, silentMillisOfB), new Group.Follower("c", 0, silentMillisOfC)),
                connected);
        reconnections.round(List.of(shard, shard), Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void whoIsSilentForLongIsConnectedToAnewOnceForAllShards() {
        round(0, 10, SILENCE_MILLIS - 1);
        assertThat(connected).isEmpty();

        round(1, 10, SILENCE_MILLIS);
        assertThat(connected).containsExactly("c");
    }

    @Test
    void itIsTriedAgainAfterAsLong() {
        round(0, SILENCE_MILLIS, 10);
        round(9, SILENCE_MILLIS + 9_000, 10);
        assertThat(connected).containsExactly("b");

        round(10, SILENCE_MILLIS + 10_000, 10);
        assertThat(connected).containsExactly("b", "b");
    }
}
