package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The everyday part of {@link Chaos}, on loopback: leaders are killed under local and global transactions, sends and acknowledgements. */
class ClusterTransactionsIT {
    private static final int SHARDS = 2;
    private static final int RATE = 20;
    private static final int KILLS = 1;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void transactionsHappenAsAWholeOrNotAtAllWhenLeadersDie() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Options options = new Options(0, seed, SHARDS, RATE, EnumSet.of(Fault.KILL_LEADER), KILLS);
        assertThat(ChaosRun.of(directory, options, null)).isEmpty();
    }
}
