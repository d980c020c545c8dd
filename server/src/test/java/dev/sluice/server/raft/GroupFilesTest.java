package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogOutputStream;
import org.apache.ratis.util.SizeInBytes;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Members that start on what they, or Ratis, have left on the disk. */
@Execution(ExecutionMode.CONCURRENT)
class GroupFilesTest {
    /** What a store has that was copied. */
    private static final long COPIED = 1_000;

    private static final long KEPT = 16 << 20;
    /** With what an entry counts for, more than a step of what is kept. */
    private static final int ENTRIES_PER_SEGMENT = 10_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private RaftOptions options;

    @BeforeEach
    void makeTheOnlyMember() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            MemberAddress own = new MemberAddress("a", "127.0.0.1:" + socket.getLocalPort(), "127.0.0.1:1");
            options = new RaftOptions("a", List.of(own), 1, directory.resolve("raft"), KEPT);
        }
        RaftMember.adopt(options, 7, List.of(CountingMember.terms(options)));
    }

    /** Starts it, and has it write a batch. Answers at which index. */
    private long run(long stored) throws InterruptedException {
        try (CountingMember member = new CountingMember()) {
            member.start(options, stored);
            member.awaitLeadership();
            member.propose();
            member.awaitApplied(1);
            return member.lastIndex();
        }
    }

    private Path current() {
        Identity identity = Identity.open(options.directory(), "a", options.own(), 1);
        return options.directory()
                .resolve(RaftOptions.group(identity.facts(), 0).getUuid().toString())
                .resolve("current");
    }

    private Map<String, Path> segments() throws IOException {
        Map<String, Path> found = new TreeMap<>();
        try (Stream<Path> all = Files.list(current())) {
            all.filter(path -> path.getFileName().toString().startsWith("log_"))
                    .forEach(path -> found.put(path.getFileName().toString(), path));
        }
        return found;
    }

    @Test
    void startsFromAStoreThatIsFurtherThanTheLog() throws Exception {
        long before = run(0);
        assertThat(before).isLessThan(COPIED);
        long after = run(COPIED);
        assertThat(after).isGreaterThan(COPIED);
        assertThat(run(after)).isGreaterThan(after);
    }

    @Test
    void deletesAgainWhatAPowerCutHasBroughtBack() throws Exception {
        long last = run(0);
        Path kept = Files.createDirectory(directory.resolve("kept"));
        Path open = segments().values().iterator().next();
        Files.copy(open, kept.resolve("open"));
        long after = run(COPIED);
        Files.copy(kept.resolve("open"), open, StandardCopyOption.REPLACE_EXISTING);
        assertThat(segments()).hasSize(2);
        long again = run(after);
        assertThat(again).isGreaterThan(after);
        assertThat(open).doesNotExist();
        assertThat(last).isLessThan(COPIED);
    }

    @Test
    void knowsTheMembersThatTheDroppedLogNamed() throws Exception {
        long unused = run(0);
        Path file = current().resolve("raft-meta.conf");
        LogEntryProto named = LogEntryProto.parseFrom(Files.readAllBytes(file));
        assertThat(named.getConfigurationEntry().getPeersList()).hasSize(1);
        Files.delete(file);
        new GroupFiles(current().getParent()).dropOlderLog(COPIED);
        LogEntryProto kept = LogEntryProto.parseFrom(Files.readAllBytes(file));
        assertThat(kept.getConfigurationEntry().getPeersList())
                .isEqualTo(named.getConfigurationEntry().getPeersList());
    }

    @Test
    void aLogThatHasWhatTheStoreHasStays() throws Exception {
        long last = run(0);
        Map<String, Path> before = segments();
        GroupFiles group = new GroupFiles(current().getParent());
        group.dropOlderLog(last);
        group.dropOlderLog(1);
        assertThat(segments()).isEqualTo(before);
    }

    @Test
    void aGapBehindTheStoreIsNotHidden() throws Exception {
        long last = run(0);
        Path open = segments().values().iterator().next();
        Files.move(open, open.resolveSibling("log_0-" + last));
        Files.copy(open.resolveSibling("log_0-" + last), open.resolveSibling("log_" + 2 * COPIED + "-" + 3 * COPIED));
        Map<String, Path> before = segments();
        new GroupFiles(current().getParent()).dropOlderLog(COPIED);
        assertThat(segments()).isEqualTo(before);
    }

    private Path openSegment() throws IOException {
        return segments().entrySet().stream()
                .filter(each -> each.getKey().startsWith("log_inprogress"))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    /** The bytes of all whole entries. */
    private static int length(byte[] segment) {
        int end = segment.length;
        while (segment[end - 1] == 0) {
            end--;
        }
        return end;
    }

    /** What a power cut may leave of an entry that was written, and not synced: a part, or a page of it without the one before. */
    private static byte[] torn(byte[] whole, String how) {
        int end = length(whole);
        byte[] more = new byte[5_000];
        Arrays.fill(more, (byte) 7);
        byte[] torn = Arrays.copyOf(whole, end + 2 * more.length);
        switch (how) {
            case "half" -> torn[end] = 100;
            case "hole" -> System.arraycopy(more, 0, torn, end + more.length, more.length);
            case "garbage" -> System.arraycopy(more, 0, torn, end, more.length);
            default -> Arrays.fill(torn, end, end + 4, (byte) -1);
        }
        System.arraycopy(more, 0, torn, end + 20, 3);
        return torn;
    }

    /** Has the log go on with entries like its last one, the last of them in the open segment, until so many steps of what is kept are almost full. */
    private long fill(int steps) throws IOException {
        List<LogEntryProto> real = new ArrayList<>();
        Path open = openSegment();
        int unused = LogSegment.readSegmentFile(
                open.toFile(),
                Objects.requireNonNull(LogSegmentPath.matchLogSegment(open)).getStartEnd(),
                SizeInBytes.valueOf(1 << 20),
                CorruptionPolicy.EXCEPTION,
                null,
                real::add);
        List<LogEntryProto> all = new ArrayList<>(real);
        LogEntryProto last = real.get(real.size() - 1);
        int openEntries = (int) (Kept.BYTES_PER_STEP / (Kept.BYTES_PER_ENTRY + last.getSerializedSize() + 2));
        while (all.size() < (steps - 1) * ENTRIES_PER_SEGMENT + openEntries) {
            all.add(last.toBuilder().setIndex(all.size()).build());
        }
        Files.delete(open);
        for (int start = 0; start < all.size(); start += ENTRIES_PER_SEGMENT) {
            int end = Math.min(all.size(), start + ENTRIES_PER_SEGMENT);
            String name = end == all.size() ? "log_inprogress_" + start : "log_" + start + "-" + (end - 1);
            try (SegmentedRaftLogOutputStream out = new SegmentedRaftLogOutputStream(
                    open.resolveSibling(name).toFile(), false, 8 << 20, 4096, ByteBuffer.allocateDirect(65_536))) {
                for (LogEntryProto entry : all.subList(start, end)) {
                    out.write(entry);
                }
            }
        }
        return all.size() - 1;
    }

    @Test
    void whatWasLoggedBeforeTheStartIsCutInTheRun() throws Exception {
        long unused = run(0);
        long last = fill(3);
        Path oldest = openSegment().resolveSibling("log_0-9999");
        Path next = openSegment().resolveSibling("log_10000-19999");
        assertThat(oldest).exists();
        try (CountingMember member = new CountingMember()) {
            member.start(options, last);
            member.awaitLeadership();
            assertThat(oldest).exists();
            for (int batch = 1; batch <= 40; batch++) {
                member.propose();
                member.awaitApplied(batch);
            }
            Awaitility.await("the log is cut").until(() -> Files.notExists(oldest));
            assertThat(next).exists();
            assertThat(member.lastIndex()).isGreaterThan(last + 40);
        }
    }

    @Test
    void whatManyShortRunsLeftIsCutBeforeTheNext() throws Exception {
        long unused = run(0);
        long last = fill(3);
        GroupFiles group = new GroupFiles(current().getParent());
        Map<String, Path> before = segments();
        Kept none = group.cutLog(ENTRIES_PER_SEGMENT / 2, KEPT);
        assertThat(none.cutIndex()).isZero();
        Kept all = group.cutLog(last, KEPT);
        assertThat(all.cutIndex()).isZero();
        assertThat(segments()).isEqualTo(before);
        Kept less = group.cutLog(last, KEPT / 2);
        assertThat(less.cutIndex()).isEqualTo(ENTRIES_PER_SEGMENT - 1);
        assertThat(segments()).hasSize(2).doesNotContainKey("log_0-9999");
        assertThat(run(last)).isGreaterThan(last);
    }

    @Test
    void startsWithoutTheEntryThatAPowerCutTore() throws Exception {
        long last = run(0);
        Path file = openSegment();
        byte[] whole = Files.readAllBytes(file);
        for (String how : List.of("half", "garbage", "long", "hole")) {
            Files.write(file, torn(whole, how));
            OpenSegment.renew(file, 0, last);
            assertThat(file).as(how).hasBinaryContent(Arrays.copyOf(whole, length(whole)));
        }
        Files.write(file, torn(whole, "hole"));
        assertThat(run(last)).isGreaterThan(last);
    }

    @Test
    void startsWithoutASegmentThatWasNeverWritten() throws Exception {
        long last = run(0);
        Files.write(openSegment().resolveSibling("log_inprogress_" + (last + 1)), new byte[0]);
        Files.move(openSegment(), openSegment().resolveSibling("log_0-" + last));
        assertThat(run(last)).isGreaterThan(last);
    }

    @Test
    void whatWasDamagedInAClosedSegmentIsNotHidden() throws Exception {
        long last = run(0);
        Path closed = openSegment().resolveSibling("log_0-" + last);
        byte[] damaged = Files.readAllBytes(openSegment());
        damaged = Arrays.copyOf(damaged, length(damaged));
        damaged[damaged.length / 2] ^= 1;
        Files.write(closed, damaged);
        Files.delete(openSegment());
        assertThatThrownBy(() -> run(0)).hasStackTraceContaining("corrupted");
        assertThat(closed).hasBinaryContent(damaged);
    }

    @Test
    void whatTheStoreHasWasOnTheDisk() throws Exception {
        long last = run(0);
        byte[] damaged = Files.readAllBytes(openSegment());
        damaged[length(damaged) - 10] ^= 1;
        Path file = openSegment();
        Files.write(file, damaged);
        assertThatThrownBy(() -> run(last))
                .hasMessageContaining("is damaged at byte")
                .hasMessageContaining("empty data directory");
        assertThat(file).hasBinaryContent(damaged);
    }

    @Test
    void aRenewalThatACrashEndedIsBegunAgain() throws Exception {
        long last = run(0);
        Path unfinished =
                openSegment().resolveSibling("unfinished-" + openSegment().getFileName());
        Files.write(unfinished, new byte[] {1, 2, 3});
        assertThat(run(last)).isGreaterThan(last);
        assertThat(unfinished).doesNotExist();
    }
}
