package dev.sluice.server.raft;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.client.api.GroupManagementApi;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.LogInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.util.TimeDuration;

/**
 * What a shard is at one member, as the member says.
 *
 * @param shard or {@link RaftOptions#CATALOG}
 * @param leads whether it leads the shard, as far as it knows
 * @param term of the last entry it has; of its leadership when it leads
 * @param applied the last entry it has applied
 * @param last the last entry it has
 */
public record RaftStatus(String member, int shard, boolean leads, long term, long applied, long last) {
    private static final TimeDuration PATIENCE = TimeDuration.valueOf(2, TimeUnit.SECONDS);

    /**
     * Asks a member of the cluster.
     *
     * @return one for each shard, in order
     * @throws IOException when it does not answer
     */
    public static List<RaftStatus> of(MemberAddress member) throws IOException {
        return of(member, facts -> IntStream.range(0, facts.shards()));
    }

    /**
     * As {@link #of(MemberAddress)}, of the catalog.
     *
     * @throws IOException when the member does not answer
     */
    public static RaftStatus ofCatalog(MemberAddress member) throws IOException {
        return of(member, RaftOptions.CATALOG);
    }

    /** As {@link #of(MemberAddress)}, of one shard or the catalog. */
    static RaftStatus of(MemberAddress member, int shard) throws IOException {
        return of(member, facts -> IntStream.of(shard)).get(0);
    }

    private static List<RaftStatus> of(MemberAddress member, Function<Facts, IntStream> shards) throws IOException {
        Facts facts;
        try (MemberClient client = MemberClient.of(member.raft())) {
            facts = client.facts();
        }
        if (!facts.hasCluster()) {
            throw new IOException("it waits for the other members to be started");
        }
        RaftProperties properties = new RaftProperties();
        RaftClientConfigKeys.Rpc.setRequestTimeout(properties, PATIENCE);
        RaftPeer peer = new MemberAddress(facts.self().id(), member.raft(), member.clients()).peer();
        try (RaftClient client = RaftClient.newBuilder()
                .setProperties(properties)
                .setRaftGroup(RaftGroup.valueOf(RaftOptions.group(facts, 0), peer))
                .setRetryPolicy(RetryPolicies.noRetry())
                .build()) {
            GroupManagementApi api = client.getGroupManagementApi(peer.getId());
            List<RaftStatus> all = new ArrayList<>();
            for (int shard : shards.apply(facts).toArray()) {
                all.add(of(member, shard, api.info(RaftOptions.group(facts, shard))));
            }
            return all;
        } catch (StatusRuntimeException away) {
            throw new IOException("it cannot be reached: " + away.getStatus().getCode(), away);
        }
    }

    private static RaftStatus of(MemberAddress member, int shard, GroupInfoReply reply) throws IOException {
        if (!reply.isSuccess()) {
            throw new IOException(String.valueOf(reply.getException()), reply.getException());
        }
        RoleInfoProto role = reply.getRoleInfoProto();
        LogInfoProto log = reply.getLogInfoProto();
        boolean leads = role.getRole() == RaftPeerRole.LEADER;
        return new RaftStatus(
                member.name(),
                shard,
                leads,
                leads ? role.getLeaderInfo().getTerm() : log.getLastEntry().getTerm(),
                log.getApplied().getIndex(),
                log.getLastEntry().getIndex());
    }
}
