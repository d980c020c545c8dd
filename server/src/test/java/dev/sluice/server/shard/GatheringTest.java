package dev.sluice.server.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that send again some time after they were answered, on a disk that takes some time, by a clock of the test. */
class GatheringTest {
    private static final long STEP_NANOS = 5_000;

    private final Gathering gathering = new Gathering();
    private final ArrayDeque<Client> clients = new ArrayDeque<>();
    private final List<Integer> batches = new ArrayList<>();
    private long now = 1;

    private static final class Client {
        private final Gathering.Seat seat = new Gathering.Seat();
        private final long thinkNanos;
        private long due;

        Client(long thinkNanos, long due) {
            this.thinkNanos = thinkNanos;
            this.due = due;
        }
    }

    private void client(long thinkNanos, long due) {
        clients.add(new Client(thinkNanos, due));
    }

    /** Runs so many batches, each of which is written in this time, as the shard does: what comes meanwhile is looked at after it. */
    private void run(int count, long writeNanos) {
        for (int batch = 0; batch < count; batch++) {
            List<Client> in = new ArrayList<>();
            while (in.isEmpty() || gathering.waits(1024 * in.size(), false, now)) {
                for (Client client : clients) {
                    if (client.due <= now) {
                        client.due = Long.MAX_VALUE;
                        gathering.came(client.seat);
                        in.add(client);
                    }
                }
                now += STEP_NANOS;
            }
            gathering.proposed(now);
            now += writeNanos;
            gathering.answered(now);
            in.forEach(client -> client.due = now + client.thinkNanos);
            batches.add(in.size());
        }
    }

    private List<Integer> lastBatches(int count) {
        return batches.subList(batches.size() - count, batches.size());
    }

    @Test
    void whoIsBackSoonIsInOneBatchWithTheOthers() {
        for (int number = 0; number < 8; number++) {
            client(60_000 + 10_000 * number, number < 4 ? 0 : 100_000);
        }
        run(40, 95_000);
        assertThat(lastBatches(10)).containsOnly(8);
    }

    @Test
    void onASlowDiskThereIsMoreTimeToComeBack() {
        for (int number = 0; number < 8; number++) {
            client(60_000 + 80_000 * number, number < 4 ? 0 : 400_000);
        }
        run(40, 400_000);
        assertThat(lastBatches(10)).containsOnly(8);
    }

    @Test
    void aWriteThatTookForEverIsSoonForgotten() {
        client(60_000, 0);
        client(5_000_000, 0);
        run(100, 95_000);
        run(1, 10_000_000_000L);
        long begun = now;
        run(30, 95_000);
        // Of two writes of 2 ms there is nothing left after that, and 1 ms is the most that a batch waits.
        assertThat(now - begun).isLessThan(30 * (95_000 + 60_000 + 2 * STEP_NANOS) + 5 * 1_000_000);
    }

    @Test
    void oneAloneWaitsForNobody() {
        client(60_000, 0);
        run(20, 95_000);
        assertThat(now).isLessThan(20 * (95_000 + 60_000 + 2 * STEP_NANOS));
    }

    @Test
    void whoThinksForLongIsHardlyEverWaitedFor() {
        client(60_000, 0);
        client(5_000_000, 0);
        run(500, 95_000);
        // Each wait would be 190 µs and not 60.
        assertThat(now).isLessThan(500 * (95_000 + 60_000 + 3 * STEP_NANOS));
    }

    @Test
    void whereAWriteTakesNoTimeNothingWaits() {
        for (int number = 0; number < 8; number++) {
            client(60_000, number * 20_000L);
        }
        run(200, 2_000);
        assertThat(batches).allMatch(size -> size <= 2);
    }

    @Test
    void aBatchThatIsLargeGoes() {
        client(60_000, 0);
        client(60_000, 90_000);
        run(3, 95_000);
        assertThat(gathering.waits(64 * 1024, false, now)).isFalse();
    }

    @Test
    void whileOneIsWrittenTheNextIsPutTogether() {
        assertThat(gathering.waits(1024, true, now)).isTrue();
        assertThat(gathering.waits(64 * 1024, true, now)).isFalse();
        assertThat(gathering.isWaiting()).as("the end of the other wakes").isFalse();
    }

    @Test
    void whatHasToGoBeforeItsTimeWasNotInVain() {
        client(60_000, 0);
        client(60_000, 0);
        run(10, 95_000);
        for (int round = 0; round < 5; round++) {
            for (Client client : clients) {
                gathering.came(client.seat);
                assertThat(gathering.waits(1024, false, now)).isEqualTo(client == clients.getFirst());
                if (client == clients.getFirst() && round == 2) {
                    break;
                }
            }
            gathering.proposed(now);
            now += 95_000;
            gathering.answered(now);
        }
    }

    @Test
    void whoNeverComesBackCostsTwoWaitsAtMost() {
        client(60_000, 0);
        client(60_000, 0);
        run(10, 95_000);
        clients.removeLast();
        long begun = now;
        run(20, 95_000);
        assertThat(now - begun).isLessThan(20 * (95_000 + 60_000 + 2 * STEP_NANOS) + 2 * 200_000);
    }

    @Test
    void whoIsExcusedIsNotMissed() {
        client(60_000, 0);
        client(60_000, 0);
        run(10, 95_000);
        gathering.came(clients.getFirst().seat);
        assertThat(gathering.waits(1024, false, now)).isTrue();
        gathering.excuse(clients.getLast().seat);
        assertThat(gathering.waits(1024, false, now)).isFalse();
    }
}
