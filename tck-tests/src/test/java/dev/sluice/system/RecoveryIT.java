package dev.sluice.system;

import dev.sluice.system.Fate.Point;
import dev.sluice.system.Fate.Victim;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Global transactions whose application, server or both are killed at each step of the two phases, under Narayana in processes of their own:
 * afterwards both sides agree, each message is in one place once, and nothing is in doubt. The build does each once, {@code -Precovery} 50 times.
 */
@EnabledIfSystemProperty(
        named = "sluice.recovery",
        matches = "[1-9][0-9]*",
        disabledReason = "it was asked for 0 times: -Dtests.recovery")
class RecoveryIT {
    private static final int TIMES = Integer.getInteger("sluice.recovery", 1);

    /** They mostly wait: for a process to start, for the next pass of a recovery. */
    private static final int LINES_OF_A_KIND = 2;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void bothSidesAgreeWhoeverDies() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("recovery: -Dseed=" + seed);
        Random random = new Random(seed);
        List<RecoveryLine> lines = new ArrayList<>();
        // A server and a database, and two servers.
        for (int servers = 1; servers <= 2; servers++) {
            List<String> rounds = rounds(random);
            for (int line = 0; line < LINES_OF_A_KIND; line++) {
                Path own = Files.createDirectory(directory.resolve(servers + "-" + line));
                List<String> part = rounds.subList(
                        line * rounds.size() / LINES_OF_A_KIND, (line + 1) * rounds.size() / LINES_OF_A_KIND);
                // With two shards, what is received and what is sent are on one each.
                lines.add(new RecoveryLine(servers, line + 1, own, seed + lines.size() * 1_000_000L, part));
            }
        }
        ExecutorService threads = Executors.newFixedThreadPool(lines.size());
        try {
            for (Future<String> line : threads.invokeAll(lines)) {
                System.out.println("recovery: " + line.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<String> rounds(Random random) {
        List<String> rounds = new ArrayList<>();
        for (int time = 0; time < TIMES; time++) {
            for (Victim victim : Victim.values()) {
                for (Point point : Point.values()) {
                    if (point != Point.AT_ANY_MOMENT || TIMES > 1) {
                        rounds.add(point + ":" + victim);
                    }
                }
            }
        }
        Collections.shuffle(rounds, random);
        return rounds;
    }
}
