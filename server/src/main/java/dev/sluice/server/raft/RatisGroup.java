package dev.sluice.server.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A group of the Raft server of this process. */
record RatisGroup(RaftServer server, RaftGroupId id, ClientId client) implements Group {
    private static final Logger LOG = LoggerFactory.getLogger(RatisGroup.class);

    /** Where the other one cannot even be asked, Ratis 3.2 says so and forgets to end the transfer: it would refuse all that is proposed until there is another leader. */
    private static final List<String> NEVER_ENDED =
            List.of("COMPLETED_EXCEPTIONALLY", "NULL_FOLLOWER", "NULL_LOG_APPENDER");

    private static final Duration STEP_DOWN_MAX = Duration.ofSeconds(1);

    @Override
    public boolean leads() {
        RaftServer.Division division = division();
        return division != null && division.getInfo().isLeaderReady();
    }

    @Override
    public long term() {
        RaftServer.Division division = division();
        return division == null ? 0 : division.getInfo().getCurrentTerm();
    }

    @Override
    public String leader() {
        RaftServer.Division division = division();
        RaftPeerId leader = division == null ? null : division.getInfo().getLeaderId();
        return leader == null ? "" : MemberAddress.nameOf(leader.toString());
    }

    private RaftServer.@Nullable Division division() {
        try {
            return server.getDivision(id);
        } catch (IOException ended) {
            return null;
        }
    }

    @Override
    public List<Follower> followers() {
        RaftServer.Division division = division();
        if (division == null || !division.getInfo().isLeader()) {
            return List.of();
        }
        RoleInfoProto role = division.getInfo().getRoleInfoProto();
        List<ServerRpcProto> others = role.getLeaderInfo().getFollowerInfoList();
        // In the same order, since both are of the leader's senders.
        long[] matches = division.getInfo().getFollowerMatchIndices();
        TermIndex last = division.getRaftLog().getLastEntryTermIndex();
        List<Follower> all = new ArrayList<>();
        if (last != null && matches != null && matches.length == others.size()) {
            for (int index = 0; index < matches.length; index++) {
                ServerRpcProto other = others.get(index);
                all.add(new Follower(
                        MemberAddress.nameOf(other.getId().getId().toStringUtf8()),
                        Math.max(0, last.getIndex() - matches[index]),
                        other.getLastRpcElapsedTimeMs()));
            }
        }
        return all;
    }

    @Override
    public OptionalLong overtakenAt() {
        RaftServer.Division division = division();
        if (division == null || !division.getInfo().isLeader()) {
            return OptionalLong.empty();
        }
        long synced = division.getRaftLog().getFlushIndex();
        long[] matches = division.getInfo().getFollowerMatchIndices();
        return matches != null && Arrays.stream(matches).anyMatch(match -> match > synced)
                ? OptionalLong.of(synced)
                : OptionalLong.empty();
    }

    @Override
    public CompletableFuture<String> give(String member, Duration within) {
        RaftPeerId peer = peer(member);
        if (peer == null) {
            return CompletableFuture.completedFuture("it is no member any more");
        }
        return transfer(peer, within).thenApply(fault -> {
            if (NEVER_ENDED.stream().anyMatch(fault::contains)) {
                stepDown();
            }
            return fault;
        });
    }

    private @Nullable RaftPeerId peer(String member) {
        RaftServer.Division division = division();
        return division == null
                ? null
                : division.getRaftConf().getAllPeers().stream()
                        .map(RaftPeer::getId)
                        .filter(id -> MemberAddress.nameOf(id.toString()).equals(member))
                        .findFirst()
                        .orElse(null);
    }

    @Override
    public void reconnect(String member) {
        RaftPeerId peer = peer(member);
        if (peer != null) {
            LOG.info("member={} does not answer: a new connection to it", member);
            server.getServerRpc().handleException(peer, new IOException("it does not answer"), true);
        }
    }

    @Override
    public void stepDown() {
        CompletableFuture<Void> unused = transfer(null, STEP_DOWN_MAX).thenAccept(fault -> {
            if (!fault.isEmpty()) {
                LOG.warn("a leader could not step down: {}", fault);
            }
        });
    }

    /** {@code to}: null when any will do. */
    private CompletableFuture<String> transfer(@Nullable RaftPeerId to, Duration within) {
        TransferLeadershipRequest request =
                new TransferLeadershipRequest(client, server.getId(), id, 0, to, within.toMillis());
        try {
            return server.transferLeadershipAsync(request)
                    .handle((reply, fault) -> fault == null ? said(reply) : said(fault));
        } catch (IOException | CompletionException fault) {
            return CompletableFuture.completedFuture(said(fault));
        }
    }

    private static String said(RaftClientReply reply) {
        return reply.isSuccess() ? "" : said(reply.getException());
    }

    private static String said(@Nullable Throwable fault) {
        Throwable deepest = fault;
        while (deepest instanceof CompletionException && deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest == null ? "it does not say why" : String.valueOf(deepest.getMessage());
    }
}
