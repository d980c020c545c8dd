package dev.sluice.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Seeded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Random histories of a local log, with power cuts between any two steps, against a list of what was proposed and committed. */
final class LogHistoryTest {
    private static final int LIVES = 6;
    private static final int STEPS = 120;
    private static final List<Duration> SYNC_TIMES =
            List.of(Duration.ofNanos(50_000), Duration.ofMillis(10), Duration.ofSeconds(1));

    private PowerDisk disk = new PowerDisk();
    private final List<String> proposed = new ArrayList<>();
    private int committed;
    private int applied;

    @Seeded(runs = 300)
    void keepsWhatWasCommittedWhoeverSyncs(SplittableRandom random) {
        for (int life = 0; life < LIVES; life++) {
            LogOptions.Sync sync = LogOptions.Sync.values()[random.nextInt(LogOptions.Sync.values().length)];
            if (random.nextInt(3) == 0) {
                disk.offAfter(random.nextInt(240));
            }
            live(LogOptions.defaults().withSegmentBytes(4096).withSync(sync), random);
            boolean killed = random.nextInt(3) == 0;
            disk.off();
            disk = killed ? disk.afterKill() : disk.afterPowerCut(random);
        }
        try (LogDriver driver = new LogDriver(disk, LogOptions.defaults().withSegmentBytes(4096), applied)) {
            checkReplay(driver);
        }
    }

    private void live(LogOptions options, SplittableRandom random) {
        try (LogDriver driver = new LogDriver(disk, options, applied)) {
            checkReplay(driver);
            for (int step = random.nextInt(STEPS); step > 0; step--) {
                step(driver, random);
            }
        } catch (LogException failure) {
            assertThat(disk.isOff())
                    .as("the log failed: %s", failure.getMessage())
                    .isTrue();
        }
    }

    private void step(LogDriver driver, SplittableRandom random) {
        switch (random.nextInt(40)) {
            case 0 -> disk.syncsTake(SYNC_TIMES.get(random.nextInt(SYNC_TIMES.size())));
            case 1 -> disk.pass(Duration.ofSeconds(6));
            case 2, 3, 4, 5, 6, 7 -> poll(driver);
            case 8, 9, 10, 11, 12, 13 -> {
                applied += random.nextInt(committed - applied + 1);
                driver.log.truncate(applied);
            }
            default -> {
                String text =
                        "b" + random.nextInt(1_000) + "x".repeat(random.nextInt(random.nextInt(5) == 0 ? 3_000 : 200));
                proposed.add(proposed.size() + 1 + ":" + text);
                driver.propose(text);
                if (random.nextBoolean()) {
                    poll(driver);
                }
            }
        }
    }

    private void poll(LogDriver driver) {
        int before = driver.shown.size();
        int count = driver.poll();
        assertThat(driver.shown.subList(before, before + count))
                .isEqualTo(proposed.subList(committed, committed + count));
        committed += count;
    }

    private void checkReplay(LogDriver driver) {
        int end = applied + driver.shown.size();
        assertThat(end).isBetween(committed, proposed.size());
        assertThat(driver.shown).isEqualTo(proposed.subList(applied, end));
        proposed.subList(end, proposed.size()).clear();
        committed = end;
    }
}
