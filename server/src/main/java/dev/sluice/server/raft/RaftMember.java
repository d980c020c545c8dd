package dev.sluice.server.raft;

import dev.sluice.server.log.LogException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.AlreadyClosedException;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.ExitUtils;
import org.jspecify.annotations.Nullable;

/** The Raft server of this process, with a group for each shard. Started once the shards have opened their stores; closed after them, by the same owner. */
public final class RaftMember implements AutoCloseable {
    private static final String META_FILE = "current/raft-meta";
    private static final String CONFIGURATION_FILE = "current/raft-meta.conf";

    private final RaftOptions options;
    private final List<RaftLog> logs;
    private final Leaders leaders;
    private final List<Terms> terms = new ArrayList<>();
    private final ClientId client = ClientId.randomId();
    private @Nullable RaftServer server;

    private RaftMember(RaftOptions options, List<RaftLog> logs, Leaders leaders) {
        this.options = options;
        this.logs = List.copyOf(logs);
        this.leaders = leaders;
    }

    /**
     * Starts it; who leads is told later, to the logs.
     *
     * @param logs of the shards, started
     * @param terms a file for each shard, beside its store
     * @param leaders hears who leads
     * @throws LogException when its port is in use, or its files cannot be read
     */
    public static RaftMember start(RaftOptions options, List<RaftLog> logs, List<Path> terms, Leaders leaders) {
        RaftMember member = new RaftMember(options, logs, leaders);
        boolean started = false;
        try {
            for (Path file : terms) {
                member.terms.add(Terms.open(file));
            }
            member.start();
            started = true;
            return member;
        } catch (IOException | IllegalStateException | CompletionException | ExitUtils.ExitException fault) {
            RaftOptions.Peer own = options.own();
            throw new LogException(
                    "the Raft server cannot start on " + own.host() + ":" + own.port() + ": " + reason(fault), fault);
        } finally {
            if (!started) {
                member.close();
            }
        }
    }

    private static String reason(Throwable fault) {
        Throwable deepest = fault;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }

    private void start() throws IOException {
        // A port in use, say, is no reason to end a process that may have other work.
        ExitUtils.disableSystemExit();
        Files.createDirectories(options.directory());
        for (int shard = 0; shard < logs.size(); shard++) {
            Path group = options.directory().resolve(groupId(shard).getUuid().toString());
            removeUnfinished(group);
            tellMembers(group);
        }
        RaftServer made = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(options.self()))
                .setStateMachineRegistry(this::machine)
                .setProperties(RaftSettings.of(options))
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
        server = made;
        made.start();
        List<RaftGroupId> known = new ArrayList<>();
        made.getGroupIds().forEach(known::add);
        for (int shard = 0; shard < logs.size(); shard++) {
            if (!known.contains(groupId(shard))) {
                refuseLostLog(shard);
                RaftGroup group = RaftGroup.valueOf(groupId(shard), options.peers());
                check(made.groupManagement(GroupManagementRequest.newAdd(client, made.getId(), shard, group, true)));
            }
            logs.get(shard).proposer(proposer(made, shard));
        }
    }

    /** A group that was not made to its end has nothing in it, and would keep the server from starting. */
    private static void removeUnfinished(Path group) throws IOException {
        if (Files.notExists(group) || Files.exists(group.resolve(META_FILE))) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(group)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            if (path.getFileName().toString().startsWith("log_")) {
                throw new IOException(group + " has a log and no file " + META_FILE);
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
    private void tellMembers(Path group) throws IOException {
        Path file = group.resolve(CONFIGURATION_FILE);
        if (Files.notExists(group) || Files.exists(file)) {
            return;
        }
        RaftConfigurationProto.Builder members = RaftConfigurationProto.newBuilder();
        options.peers().forEach(peer -> members.addPeers(peer.getRaftPeerProto()));
        byte[] entry = LogEntryProto.newBuilder()
                .setIndex(RaftLog.NO_ENTRY)
                .setConfigurationEntry(members)
                .build()
                .toByteArray();
        Path unfinished = group.resolve(CONFIGURATION_FILE + ".new");
        try (FileChannel out = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(entry);
            while (bytes.hasRemaining()) {
                int unused = out.write(bytes);
            }
            out.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A store with messages and no Raft log: votes were forgotten, and perhaps what was acknowledged last. */
    private void refuseLostLog(int shard) throws IOException {
        if (logs.get(shard).appliedAtStart() > 0) {
            throw new IOException("shard " + shard + " has a store but no Raft log (in " + options.directory()
                    + "): bring that back, or start with an empty data directory, which is filled by the others");
        }
    }

    private RaftGroupId groupId(int shard) {
        return options.group(logs.size(), shard);
    }

    private StateMachine machine(RaftGroupId group) {
        for (int shard = 0; shard < logs.size(); shard++) {
            if (groupId(shard).equals(group)) {
                return new ShardMachine(new ShardMachine.Raft(
                        shard, client.toByteString(), logs.get(shard), terms.get(shard), leaders));
            }
        }
        throw new IllegalStateException("the directory of the Raft logs has one of another cluster: " + group);
    }

    private static void check(RaftClientReply reply) throws IOException {
        if (!reply.isSuccess()) {
            throw reply.getException() == null ? new IOException(reply.toString()) : reply.getException();
        }
    }

    private Proposer proposer(RaftServer made, int shard) throws IOException {
        // The division takes requests in the order of the calls; the server would hand them to threads that race.
        RaftClientAsynchronousProtocol division = (RaftClientAsynchronousProtocol) made.getDivision(groupId(shard));
        RaftLog log = logs.get(shard);
        return (term, call, data) -> {
            try {
                var unused = division.submitClientRequestAsync(request(shard, call, data))
                        .whenComplete(
                                (reply, fault) -> answered(log, term, fault == null ? reply.getException() : fault));
            } catch (IOException fault) {
                answered(log, term, fault);
            }
        };
    }

    private RaftClientRequest request(int shard, long call, ByteString data) {
        return RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(RaftPeerId.valueOf(options.self()))
                .setGroupId(groupId(shard))
                .setCallId(call)
                .setMessage(Message.valueOf(data))
                .setType(RaftClientRequest.writeRequestType())
                .build();
    }

    /** What was committed comes by the log. What was refused ends the leadership: nothing may follow what is missing. All else is a failure. */
    private static void answered(RaftLog log, long term, @Nullable Throwable fault) {
        Throwable cause = fault;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        boolean leadershipEnded = cause instanceof NotLeaderException
                || cause instanceof LeaderNotReadyException
                || cause instanceof LeaderSteppingDownException
                || cause instanceof ServerNotReadyException
                || cause instanceof StateMachineException
                || cause instanceof AlreadyClosedException;
        if (leadershipEnded) {
            log.lost(term);
        } else if (cause != null) {
            log.failed(cause);
        }
    }

    @Override
    public void close() {
        RaftServer running = server;
        server = null;
        try {
            if (running != null) {
                running.close();
            }
            for (Terms file : terms) {
                file.close();
            }
        } catch (IOException fault) {
            throw new LogException("the Raft server cannot be closed: " + fault.getMessage(), fault);
        }
    }
}
