package dev.sluice.server.raft;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.exceptions.RaftRetryFailureException;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.util.TimeDuration;

/** Changes who has a shard. Stateless. */
final class Membership {
    /** A new member is filled first, by a copy perhaps. */
    private static final TimeDuration PATIENCE = TimeDuration.valueOf(10, TimeUnit.MINUTES);

    private Membership() {}

    /**
     * Asks the leader of a shard, or of the catalog, to have other members, unless they changed meanwhile. Returns when a majority of the new ones knows it.
     *
     * @return whether it did; false when it has only just been elected, or leads no more
     * @throws IOException when it does not, with the reason
     */
    static boolean change(Facts facts, int shard, ShardMembers now, List<MemberAddress> members) throws IOException {
        List<RaftPeer> before = now.all().stream().map(MemberAddress::peer).toList();
        List<RaftPeer> after = members.stream().map(MemberAddress::peer).toList();
        RaftProperties properties = new RaftProperties();
        RaftClientConfigKeys.Rpc.setRequestTimeout(properties, PATIENCE);
        // The leader alone: the address of another may belong to one that must not answer for it.
        MemberAddress leading = now.leading();
        if (leading == null) {
            return false;
        }
        RaftPeer leader = leading.peer();
        RaftGroup group = RaftGroup.valueOf(RaftOptions.group(facts, shard), leader);
        SetConfigurationRequest.Arguments arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setServersInCurrentConf(before)
                .setServersInNewConf(after)
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .build();
        try (RaftClient client = RaftClient.newBuilder()
                .setProperties(properties)
                .setRaftGroup(group)
                .setLeaderId(leader.getId())
                .setRetryPolicy(RetryPolicies.noRetry())
                .build()) {
            RaftClientReply reply = client.admin().setConfiguration(arguments);
            if (!reply.isSuccess()) {
                throw new IOException(String.valueOf(reply.getException()), reply.getException());
            }
            return true;
        } catch (RaftRetryFailureException unsettled) {
            return false;
        } catch (StatusRuntimeException away) {
            throw new IOException(
                    "the leader cannot be reached: " + away.getStatus().getCode(), away);
        }
    }
}
