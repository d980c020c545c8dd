package dev.sluice.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A local log keeps what was committed, through restarts, crashes and damage. */
final class LocalLogTest {
    private static final LogOptions OPTIONS =
            LogOptions.defaults().withSegmentBytes(4096).withSync(LogOptions.Sync.INLINE);
    private static final LogOptions MEASURED = OPTIONS.withSync(LogOptions.Sync.MEASURED);
    private static final int MANY = 1_000;
    private static final String FIRST = Segment.name(1);

    private PowerDisk disk = new PowerDisk();

    private LogDriver open(long appliedIndex) {
        return new LogDriver(disk, OPTIONS, appliedIndex);
    }

    private List<String> reopened(long appliedIndex) {
        disk = disk.afterKill();
        try (LogDriver driver = open(appliedIndex)) {
            return new ArrayList<>(driver.shown);
        }
    }

    @Test
    void showsBatchesAsCommittedAndAgainAfterAReopen(@TempDir Path directory) {
        try (LogDriver driver = new LogDriver(LocalLog.open(directory.resolve("log"), OPTIONS), 0)) {
            assertThat(driver.shown).isEmpty();
            driver.append("a");
            driver.append("");
            driver.append("c");
            assertThat(driver.shown).containsExactly("1:a", "2:", "3:c");
            assertThat(driver.log.syncs()).isEqualTo(3);
        }
        try (LogDriver driver = new LogDriver(LocalLog.open(directory.resolve("log"), OPTIONS), 1)) {
            assertThat(driver.shown).containsExactly("2:", "3:c");
            driver.append("d");
        }
        try (LogDriver driver = new LogDriver(LocalLog.open(directory.resolve("log"), OPTIONS), 4)) {
            assertThat(driver.shown).isEmpty();
            driver.append("e");
            assertThat(driver.shown).containsExactly("5:e");
        }
    }

    @Test
    void choosesWhoSyncsByTheSpeedOfTheDisk(@TempDir Path directory) {
        LogOptions measured = LogOptions.defaults().withSegmentBytes(1 << 20);
        try (LogDriver driver = new LogDriver(LocalLog.open(directory, measured), 0)) {
            driver.append("a");
            assertThat(driver.shown).containsExactly("1:a");
        }
        try (LogDriver driver = new LogDriver(LocalLog.open(directory, measured), 0)) {
            assertThat(driver.shown).containsExactly("1:a");
        }
    }

    @Test
    void syncsOnItsThreadWhileTheDiskIsSlowAndNoLonger() {
        try (LogDriver driver = new LogDriver(disk, MEASURED, 0)) {
            assertThat(driver.log.syncsOnThread()).isFalse();
            disk.syncsTake(Duration.ofMillis(20));
            appendSome(driver, 100);
            assertThat(driver.log.syncsOnThread()).isFalse();
            appendSome(driver, 200);
            assertThat(driver.log.syncsOnThread()).isTrue();
            disk.syncsTake(Duration.ofNanos(50_000));
            disk.pass(Duration.ofSeconds(5));
            appendSome(driver, 20);
            assertThat(driver.log.syncsOnThread()).isTrue();
            disk.pass(Duration.ofSeconds(5));
            for (int batch = 0; batch < 50; batch++) {
                driver.propose("several under way");
            }
            driver.append("all are durable before the first that is synced inline");
            appendSome(driver, 20);
            assertThat(driver.log.syncsOnThread()).isFalse();
            assertThat(driver.shown).hasSize(391);
        }
        assertThat(reopened(0)).hasSize(391);
    }

    @Test
    void beginsOnItsThreadWhereTheDiskIsSlowAndTakesASlowSyncNowAndThenForNothing() {
        disk.syncsTake(Duration.ofMillis(20));
        try (LogDriver driver = new LogDriver(disk, MEASURED, 0)) {
            assertThat(driver.log.syncsOnThread()).isTrue();
            disk.syncsTake(Duration.ofNanos(50_000));
            for (int round = 0; round < 20; round++) {
                disk.pass(Duration.ofSeconds(1));
                appendSome(driver, 15);
                disk.syncsTake(Duration.ofMillis(20));
                driver.append("slow");
                disk.syncsTake(Duration.ofNanos(50_000));
            }
            assertThat(driver.log.syncsOnThread()).isFalse();
        }
    }

    @Test
    void startsLongAfterItWasOpened() {
        LocalLog log = LocalLog.on(disk, MEASURED, disk::nanoTime);
        disk.pass(Duration.ofMinutes(1));
        try (LogDriver driver = new LogDriver(log, 0)) {
            assertThat(driver.log.syncsOnThread()).isFalse();
        }
    }

    @Test
    void aDiskThatTakesSecondsIsSlowAtOnce() {
        try (LogDriver driver = new LogDriver(disk, MEASURED, 0)) {
            disk.syncsTake(Duration.ofSeconds(3));
            appendSome(driver, 3);
            assertThat(driver.log.syncsOnThread()).isTrue();
        }
    }

    @Test
    void whatIsUnderWayIsDurableBeforeAnythingIsSyncedInline() throws Exception {
        HeldThread held = new HeldThread();
        try (LogDriver driver = held.underWay()) {
            Thread proposing = new Thread(() -> driver.propose("inline"));
            proposing.start();
            while (proposing.isAlive() && proposing.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            boolean waited = proposing.isAlive();
            held.calls.release(MANY);
            proposing.join();
            assertThat(waited).isTrue();
            assertThat(driver.log.syncsOnThread()).isFalse();
            assertThat(driver.poll()).isEqualTo(3);
            assertThat(driver.shown).endsWith("21:first", "22:waits", "23:waits, too", "24:inline");
            disk = disk.afterPowerCut(new SplittableRandom(1));
        }
        assertThat(reopened(20)).containsExactly("21:first", "22:waits", "23:waits, too", "24:inline");
    }

    @Test
    void whenWhatIsUnderWayFailsNothingIsSyncedInline() throws Exception {
        HeldThread held = new HeldThread();
        try (LogDriver driver = held.underWay()) {
            disk.off();
            held.calls.release(MANY);
            assertThatThrownBy(() -> driver.propose("inline")).isInstanceOf(LogException.class);
            assertThat(driver.poll()).isZero();
            assertThat(driver.shown).endsWith("21:first");
        }
    }

    /** The log on a disk that was slow and is fast again, whose thread is stopped by the clock that it reads before and after its work. */
    private final class HeldThread {
        final Semaphore calls = new Semaphore(MANY);

        private long nanoTime() {
            if (Thread.currentThread().getName().startsWith("sluice-log-")) {
                calls.acquireUninterruptibly();
            }
            return disk.nanoTime();
        }

        /** The next batch is to be synced inline, and two others wait for the thread, which has just done its last. */
        LogDriver underWay() {
            disk.syncsTake(Duration.ofMillis(20));
            LogDriver driver = new LogDriver(LocalLog.on(disk, MEASURED, this::nanoTime), 0);
            disk.syncsTake(Duration.ofNanos(50_000));
            appendSome(driver, 20);
            disk.pass(Duration.ofSeconds(5));
            calls.drainPermits();
            driver.propose("first");
            awaitHeld();
            driver.propose("waits");
            driver.propose("waits, too");
            calls.release(2);
            while (driver.poll() == 0) {
                Thread.onSpinWait();
            }
            awaitHeld();
            return driver;
        }

        private void awaitHeld() {
            while (!calls.hasQueuedThreads()) {
                Thread.onSpinWait();
            }
        }
    }

    /** A large batch may take longer: only a sync is meant. */
    @Test
    void aLargeBatchMayTakeLonger() {
        LogOptions large = MEASURED.withSegmentBytes(16 << 20);
        try (LogDriver driver = new LogDriver(disk, large, 0)) {
            disk.syncsTake(Duration.ofMillis(4));
            for (int batch = 0; batch < 20; batch++) {
                disk.pass(Duration.ofSeconds(1));
                driver.append("x".repeat(1 << 20));
            }
            assertThat(driver.log.syncsOnThread()).isFalse();
        }
    }

    private static void appendSome(LogDriver driver, int count) {
        for (int batch = 0; batch < count; batch++) {
            driver.append("b" + batch);
        }
    }

    @Test
    void coalescesWhatWaitsIntoOneSyncOnItsThread() {
        try (LogDriver driver = new LogDriver(disk, OPTIONS.withSync(LogOptions.Sync.THREAD), 0)) {
            assertThat(driver.log.syncsOnThread()).isTrue();
            for (int batch = 1; batch <= 500; batch++) {
                driver.propose("b" + batch);
            }
            while (driver.shown.size() < 500) {
                driver.poll();
            }
            assertThat(driver.shown).startsWith("1:b1", "2:b2").endsWith("500:b500");
            assertThat(driver.log.syncs()).isLessThan(500);
        }
        assertThat(reopened(0)).hasSize(500);
    }

    @Test
    void goesOnInTheNextSegmentAndReplaysAcrossThem() {
        List<String> expected = new ArrayList<>();
        try (LogDriver driver = open(0)) {
            for (int batch = 1; batch <= 40; batch++) {
                String text = "x".repeat(batch * 37 % 1500);
                driver.append(text);
                expected.add(batch + ":" + text);
            }
            driver.append("y".repeat(4096 - BatchLog.HEADER_BYTES));
            expected.add("41:" + "y".repeat(4096 - BatchLog.HEADER_BYTES));
        }
        assertThat(reopened(0)).isEqualTo(expected);
        assertThat(reopened(25)).isEqualTo(expected.subList(25, 41));
    }

    @Test
    void refusesABatchThatNoSegmentHolds() {
        try (LogDriver driver = open(0)) {
            assertThatThrownBy(() -> driver.propose("y".repeat(4096))).isInstanceOf(LogException.class);
            driver.append("still here");
        }
        assertThat(reopened(0)).containsExactly("1:still here");
    }

    @Test
    void usesTruncatedSegmentsAgain() {
        try (LogDriver driver = open(0)) {
            for (int batch = 1; batch <= 400; batch++) {
                driver.append("x".repeat(500));
                driver.log.truncate(batch);
            }
            assertThat(driver.log.usedBytes()).isLessThanOrEqualTo(4L * 4096);
        }
        assertThat(disk.list()).hasSizeLessThanOrEqualTo(4).doesNotContain(FIRST);
        assertThat(reopened(400)).isEmpty();
        assertThat(reopened(399)).hasSize(1);
        assertThatThrownBy(() -> reopened(200)).isInstanceOf(LogException.class).hasMessageContaining("missing");
    }

    @Test
    void usesManySegmentsAgainWhileTheDiskHasRoom() {
        try (LogDriver driver = open(0)) {
            for (int round = 0; round < 20; round++) {
                appendAndTruncate(driver);
            }
            assertThat(disk.created()).isLessThanOrEqualTo(8);
            disk.usable(disk.totalBytes() / 8 + 4 * 4096);
            for (int round = 0; round < 20; round++) {
                appendAndTruncate(driver);
            }
        }
        assertThat(disk.list()).hasSizeLessThanOrEqualTo(5);
    }

    private static void appendAndTruncate(LogDriver driver) {
        for (int batch = 0; batch < 25; batch++) {
            driver.append("x".repeat(500));
        }
        driver.log.truncate(driver.index());
    }

    @Test
    void cutsABatchTornAtAnyByteAndGoesOnThere() {
        int last = 3 * 48;
        try (LogDriver driver = open(0)) {
            driver.append("one");
            driver.append("two");
            driver.append("three");
            driver.append("the last one");
        }
        PowerDisk whole = disk;
        for (int cut = last; cut < last + BatchLog.HEADER_BYTES + "the last one".length(); cut++) {
            disk = whole.afterKill();
            byte[] bytes = disk.bytes(FIRST);
            java.util.Arrays.fill(bytes, cut, bytes.length, (byte) (cut % 2 == 0 ? 0 : 0xa5));
            try (LogDriver driver = open(0)) {
                assertThat(driver.shown).as("cut at %d", cut).containsExactly("1:one", "2:two", "3:three");
                driver.append("another");
            }
            assertThat(reopened(0)).containsExactly("1:one", "2:two", "3:three", "4:another");
        }
    }

    @Test
    void stopsAtAnyFlippedBitBeforeTheLastBatchAndNamesThePlace() {
        try (LogDriver driver = open(0)) {
            driver.append("one");
            driver.append("two");
            driver.append("three");
        }
        PowerDisk whole = disk;
        for (int bit = 48 * 8; bit < (48 + BatchLog.HEADER_BYTES + 3) * 8; bit++) {
            disk = whole.afterKill();
            disk.bytes(FIRST)[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> open(0))
                    .as("bit %d", bit)
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining(FIRST)
                    .hasMessageContaining("offset 48");
        }
    }

    @Test
    void cutsAtAFlippedBitInTheLastBatch() {
        try (LogDriver driver = open(0)) {
            driver.append("one");
            driver.append("two");
        }
        disk.bytes(FIRST)[48 + BatchLog.HEADER_BYTES] ^= 1;
        assertThat(reopened(0)).containsExactly("1:one");
    }

    @Test
    void stopsAtDamageInAnEarlierSegment() {
        try (LogDriver driver = open(0)) {
            for (int batch = 1; batch <= 20; batch++) {
                driver.append("x".repeat(1000));
            }
        }
        disk.bytes(Segment.name(2))[1040 * 2 + 100] ^= 1;
        assertThatThrownBy(() -> open(0))
                .isInstanceOf(LogException.class)
                .hasMessageContaining(Segment.name(2))
                .hasMessageContaining("offset 2080");
    }

    @Test
    void stopsAtDamageInTheFirstBatchOfALog() {
        try (LogDriver driver = open(0)) {
            driver.append("one");
            driver.append("two");
        }
        disk.bytes(FIRST)[BatchLog.HEADER_BYTES] ^= 1;
        assertThatThrownBy(() -> reopened(0))
                .isInstanceOf(LogException.class)
                .hasMessageContaining(FIRST)
                .hasMessageContaining("offset 0");
    }

    @Test
    void stopsWhenASegmentIsMissing() {
        try (LogDriver driver = open(0)) {
            for (int batch = 1; batch <= 20; batch++) {
                driver.append("x".repeat(1000));
            }
        }
        PowerDisk whole = disk;
        whole.remove(Segment.name(3));
        assertThatThrownBy(() -> reopened(0)).isInstanceOf(LogException.class).hasMessageContaining(Segment.name(3));
        disk = whole;
        disk.remove(FIRST);
        disk.remove(Segment.name(2));
        assertThatThrownBy(() -> reopened(0)).isInstanceOf(LogException.class);
    }

    @Test
    void stopsWhenItEndsBeforeTheRowsDo() {
        try (LogDriver driver = open(0)) {
            driver.append("one");
        }
        assertThatThrownBy(() -> reopened(2)).isInstanceOf(LogException.class).hasMessageContaining("batch 2");
        disk = new PowerDisk();
        assertThatThrownBy(() -> reopened(2)).isInstanceOf(LogException.class).hasMessageContaining("no batch");
    }

    @Test
    void takesNothingMoreAfterAFailedSync() {
        try (LogDriver driver = open(0)) {
            driver.append("one");
            disk.offAfter(1);
            assertThatThrownBy(() -> driver.propose("two")).isInstanceOf(LogException.class);
            assertThat(driver.log.failure()).isNotNull();
            assertThat(driver.log.hasRoom(1)).isFalse();
            assertThat(driver.poll()).isZero();
            assertThatThrownBy(() -> driver.propose("three")).isInstanceOf(LogException.class);
        }
    }

    @Test
    void reportsAFailedSyncOfItsThread() {
        try (LogDriver driver = new LogDriver(disk, OPTIONS.withSync(LogOptions.Sync.THREAD), 0)) {
            driver.append("one");
            disk.off();
            assertThatThrownBy(() -> driver.append("two")).isInstanceOf(LogException.class);
            assertThatThrownBy(() -> driver.propose("three")).isInstanceOf(LogException.class);
            assertThat(driver.shown).containsExactly("1:one");
        }
    }

    @Test
    void keepsASegmentForAcknowledgementsWhenTheDiskIsFull() {
        try (LogDriver driver = open(0)) {
            driver.append("one");
            while (driver.log.usedBytes() < 3 * 4096) {
                assertThat(driver.log.hasRoom(500)).isTrue();
            }
            disk.usable(4096);
            int published = 0;
            while (driver.log.hasRoom(500)) {
                driver.append("x".repeat(500));
                published++;
            }
            assertThat(published).isBetween(7, 15);
            for (int acknowledgement = 0; acknowledgement < 5; acknowledgement++) {
                driver.append("a".repeat(500));
            }
            for (int acknowledgement = 0; acknowledgement < 100; acknowledgement++) {
                driver.log.truncate(driver.index());
                driver.append("a".repeat(500));
            }
            disk.usable(1 << 30);
            while (!driver.log.hasRoom(500)) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void startsWithSegmentsOfAnotherSize() {
        try (LogDriver driver = open(0)) {
            for (int batch = 1; batch <= 10; batch++) {
                driver.append("x".repeat(1000));
            }
        }
        try (LogDriver driver = new LogDriver(disk, OPTIONS.withSegmentBytes(16384), 0)) {
            assertThat(driver.shown).hasSize(10);
            driver.append("y".repeat(10_000));
            driver.append("z".repeat(10_000));
        }
        assertThat(reopened(10)).hasSize(2);
    }

    @Test
    void saysWhenTheDiskHasNoSpaceForTheFirstSegment() {
        disk.usable(4096);
        assertThatThrownBy(() -> open(0)).isInstanceOf(LogException.class).hasMessageContaining("4096");
        assertThat(disk.list()).isEmpty();
    }
}
