package dev.sluice.server;

import dev.sluice.base.HostPort;
import dev.sluice.base.SharedRef;
import dev.sluice.server.gateway.Routes;
import dev.sluice.server.raft.RaftMember;
import dev.sluice.server.shard.Inbox;
import java.util.List;
import java.util.function.Consumer;

/** Where clients of a cluster find the shards, and what members tell each other of those that they pass on. Any thread. */
final class ClusterRoutes implements Routes {
    private final List<Inbox> inboxes;
    private final long clusterId;
    private final SharedRef<RaftMember> member;

    /** {@code member}: null until it has started. */
    ClusterRoutes(List<Inbox> inboxes, long clusterId, SharedRef<RaftMember> member) {
        this.inboxes = inboxes;
        this.clusterId = clusterId;
        this.member = member;
    }

    @Override
    public Route of(int shard) {
        if (inboxes.get(shard).isServing()) {
            return Route.HERE;
        }
        RaftMember started = member.value();
        String leader = started == null ? null : started.leaderForClients(shard);
        return leader == null || leader.isEmpty() ? Route.UNKNOWN : Route.to(HostPort.parse(leader));
    }

    @Override
    public long clusterId() {
        return clusterId;
    }

    @Override
    public String members() {
        RaftMember started = member.value();
        return started == null ? "" : started.membersForClients();
    }

    @Override
    public void vouch(int shard, Inbox.Greeting greeting, Consumer<Boolean> done) {
        RaftMember started = member.value();
        if (started == null) {
            done.accept(false);
        } else {
            started.vouch(shard, greeting.keyHigh(), greeting.keyLow(), greeting.user(), done);
        }
    }

    @Override
    public boolean isVouchedFor(Inbox.Greeting greeting) {
        RaftMember started = member.value();
        return started != null && started.takeVoucher(greeting.keyHigh(), greeting.keyLow(), greeting.user());
    }
}
