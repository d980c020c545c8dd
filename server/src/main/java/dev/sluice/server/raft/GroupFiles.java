package dev.sluice.server.raft;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Ratis has of a group on the disk, made fit before it is opened. Votes and terms are never touched. Owner: who starts the Raft server. */
final class GroupFiles {
    private static final Logger LOG = LoggerFactory.getLogger(GroupFiles.class);

    private static final String OPEN = "log_inprogress_";

    private final Path directory;
    private final Path current;
    private final Path meta;
    private final Path configuration;

    /** {@code directory}: of the group. */
    GroupFiles(Path directory) {
        this.directory = directory;
        current = directory.resolve("current");
        meta = current.resolve("raft-meta");
        configuration = current.resolve("raft-meta.conf");
    }

    /** A part of the log: a file. {@code end}: the last entry in it. */
    private record Segment(LogSegmentPath path, long start, long end) {}

    /** A group that was not made to its end has nothing in it, and would keep the server from starting. */
    void removeUnfinished() throws IOException {
        if (Files.notExists(directory) || Files.exists(meta)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            if (path.getFileName().toString().startsWith("log_")) {
                throw new IOException(directory + " has a log and no file " + directory.relativize(meta));
            }
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }

    /**
     * A member that was started before there were enough of them for an election has no entry that names them, and Ratis 3.2 would wait for
     * one for ever when it starts again. It reads this file first.
     */
    void tellMembers(List<RaftPeer> founders) throws IOException {
        if (Files.notExists(directory) || Files.exists(configuration)) {
            return;
        }
        RaftConfigurationProto.Builder members = RaftConfigurationProto.newBuilder();
        founders.forEach(peer -> members.addPeers(peer.getRaftPeerProto()));
        LogEntryProto entry = LogEntryProto.newBuilder()
                .setIndex(RaftLog.NO_ENTRY)
                .setConfigurationEntry(members)
                .build();
        DurableFile.write(configuration, entry.toByteArray());
    }

    /**
     * What the log ends with counts only once it is whole, and on the disk.
     *
     * @param applied the last entry that the store has
     */
    void renewOpenLog(long applied) throws IOException {
        for (LogSegmentPath path : paths()) {
            if (isOpen(path)) {
                OpenSegment.renew(path.getPath(), start(path), applied);
            }
        }
    }

    /**
     * Deletes the log where all of it is older than the store: so a member leaves it that ends when it has copied another's store, and before
     * Ratis knows. What comes next would leave a gap, and Ratis reads no log with one. Nothing is lost with it: what the store has was
     * committed. A crash leaves some of those files, which the next start deletes, and perhaps brings back some behind which Ratis went on.
     *
     * @param applied the last entry that the store has
     */
    void dropOlderLog(long applied) throws IOException {
        List<Segment> older = older(applied);
        if (older.isEmpty()) {
            return;
        }
        delete(older);
        LOG.info(
                "group={} log=dropped from={} to={} store={}",
                directory.getFileName(),
                older.get(0).start,
                older.get(older.size() - 1).end,
                applied);
    }

    /** The oldest first: what a crash leaves has no gap. */
    private void delete(List<Segment> older) throws IOException {
        keepMembers(older);
        for (Segment segment : older) {
            Files.delete(segment.path.getPath());
        }
        try (FileChannel names = FileChannel.open(current, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /**
     * Deletes what is older than what is to be kept, as a run does: many short runs, none of which came so far, leave no more than a long one. Before Ratis
     * reads it, which a log that has grown too long would not let come to an end.
     *
     * @param applied the last entry that the store has
     * @param bytes so much is kept
     * @return what the store has of the rest
     */
    Kept cutLog(long applied, long bytes) throws IOException {
        Kept kept = new Kept(bytes);
        List<Segment> all = segments();
        for (Segment segment : all) {
            if (segment.end <= applied && !isOpen(segment.path)) {
                boolean unused =
                        kept.add(segment.end, segment.end - segment.start + 1, Files.size(segment.path.getPath()));
            } else if (segment.start <= applied) {
                int unused = read(segment.path, entry -> {
                    if (entry.getIndex() <= applied) {
                        boolean unusedToo = kept.add(entry.getIndex(), entry.getSerializedSize());
                    }
                });
            }
        }
        List<Segment> older =
                all.stream().filter(segment -> segment.end <= kept.cutIndex()).toList();
        if (!older.isEmpty()) {
            delete(older);
            LOG.info(
                    "group={} log=cut from={} to={}",
                    directory.getFileName(),
                    older.get(0).start,
                    older.get(older.size() - 1).end);
        }
        return kept;
    }

    /** Those that end before that entry, and that nothing follows without a gap. */
    private List<Segment> older(long applied) throws IOException {
        List<Segment> all = segments();
        for (int count = all.size(); count > 0; count--) {
            long end = all.get(count - 1).end;
            long next = count < all.size() ? all.get(count).start : applied + 1;
            if (end < applied && end + 1 < next && next <= applied + 1) {
                return all.subList(0, count);
            }
        }
        return List.of();
    }

    private List<Segment> segments() throws IOException {
        List<Segment> all = new ArrayList<>();
        for (LogSegmentPath path : paths()) {
            all.add(segment(path));
        }
        all.sort(Comparator.comparingLong(Segment::start));
        return all;
    }

    private List<LogSegmentPath> paths() throws IOException {
        if (Files.notExists(current)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(current)) {
            return list.map(LogSegmentPath::matchLogSegment)
                    .filter(Objects::nonNull)
                    .toList();
        }
    }

    private static boolean isOpen(LogSegmentPath path) {
        return path.getPath().getFileName().toString().startsWith(OPEN);
    }

    private static long start(LogSegmentPath path) {
        return Long.parseLong(name(path)[isOpen(path) ? 2 : 1]);
    }

    private static String[] name(LogSegmentPath path) {
        return path.getPath().getFileName().toString().split("[_-]", -1);
    }

    /** A closed one is {@code log_<first>-<last>}, the open one {@code log_inprogress_<first>}. */
    private static Segment segment(LogSegmentPath path) throws IOException {
        long start = start(path);
        return isOpen(path)
                ? new Segment(path, start, start + read(path, entry -> {}) - 1)
                : new Segment(path, start, Long.parseLong(name(path)[2]));
    }

    /** How many entries it has. */
    private static int read(LogSegmentPath path, Consumer<LogEntryProto> reader) throws IOException {
        return LogSegment.readSegmentFile(
                path.getPath().toFile(),
                path.getStartEnd(),
                RaftSettings.APPEND_BYTES,
                CorruptionPolicy.EXCEPTION,
                null,
                reader);
    }

    /** The log may be where it says last who the members are. */
    private void keepMembers(List<Segment> older) throws IOException {
        List<LogEntryProto> told = new ArrayList<>();
        for (Segment segment : older) {
            int unused = read(segment.path, entry -> {
                if (entry.hasConfigurationEntry()) {
                    told.add(entry);
                }
            });
        }
        if (!told.isEmpty()) {
            LogEntryProto last = told.get(told.size() - 1);
            if (Files.notExists(configuration)
                    || LogEntryProto.parseFrom(Files.readAllBytes(configuration))
                                    .getIndex()
                            < last.getIndex()) {
                DurableFile.write(configuration, last.toByteArray());
            }
        }
    }
}
