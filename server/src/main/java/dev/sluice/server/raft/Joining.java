package dev.sluice.server.raft;

import dev.sluice.base.SerialTasks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this member one of the catalog and of each shard, in place of what it was before it lost its data or got another address; on a thread of its own, again and again
 * until it is. A member whose name is new waits for {@code cluster add}.
 */
final class Joining implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
    private static final long PAUSE_NANOS = 1_000_000_000;

    private final RaftOptions options;
    private final Facts facts;
    private final IntFunction<ShardMembers> known;
    private final SerialTasks thread = new SerialTasks("sluice-join");
    private final Pauses pauses = new Pauses();
    private boolean toldToAdd;

    /** {@code known}: who has a shard, as this member knows. */
    Joining(RaftOptions options, Facts facts, IntFunction<ShardMembers> known) {
        this.options = options;
        this.facts = facts;
        this.known = known;
    }

    void start() {
        thread.run(() -> {
            for (int shard = RaftOptions.CATALOG; shard < facts.shards(); shard++) {
                join(shard);
            }
        });
    }

    private void join(int shard) {
        // It may hear from the leader that it is one.
        while (!isMember(known.apply(shard)) && pauses.take(PAUSE_NANOS)) {
            if (!isMember(known.apply(shard))) {
                tryToJoin(shard);
            }
        }
    }

    private static String inLog(int shard) {
        return shard == RaftOptions.CATALOG ? "catalog" : "shard=" + shard;
    }

    private boolean isMember(ShardMembers members) {
        return members.all().contains(facts.self());
    }

    private void tryToJoin(int shard) {
        ShardMembers members = ask(shard);
        if (members == null || isMember(members)) {
            return;
        }
        boolean isKnown = members.all().stream()
                .anyMatch(member -> member.name().equals(facts.self().name()));
        if (!isKnown) {
            tellToAdd();
            return;
        }
        try {
            LOG.info(
                    "{} joins as={} instead of an earlier one",
                    inLog(shard),
                    facts.self().id());
            if (Membership.change(facts, shard, members, withSelf(members.all()))) {
                LOG.info("{} joined as={}", inLog(shard), facts.self().id());
            } else {
                LOG.warn("{} cannot join yet: its leader changes", inLog(shard));
            }
        } catch (IOException later) {
            LOG.warn("{} cannot join yet: {}", inLog(shard), later.getMessage());
        }
    }

    private List<MemberAddress> withSelf(List<MemberAddress> all) {
        List<MemberAddress> after = new ArrayList<>(all);
        after.removeIf(member -> member.name().equals(facts.self().name()));
        after.add(facts.self());
        return after;
    }

    private void tellToAdd() {
        if (!toldToAdd) {
            toldToAdd = true;
            MemberAddress self = facts.self();
            LOG.info("not a member yet: add it by `sluice cluster add {}={}`", self.name(), self.clients());
        }
    }

    private @Nullable ShardMembers ask(int shard) {
        for (MemberAddress other : options.others()) {
            try (MemberClient client = MemberClient.of(other.raft())) {
                ShardMembers members = client.members(shard);
                if (members.leader() != null && members.has(members.leader())) {
                    return members;
                }
            } catch (IOException away) {
                LOG.debug("{} member={} away", inLog(shard), other.name(), away);
            }
        }
        return null;
    }

    @Override
    public void close() {
        pauses.end();
    }
}
