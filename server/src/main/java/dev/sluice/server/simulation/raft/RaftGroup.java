package dev.sluice.server.simulation.raft;

import dev.sluice.base.Invariant;
import dev.sluice.server.simulation.stage.Host;
import dev.sluice.server.simulation.stage.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The members of one group, and the two things that must hold of the model itself: one leader a term, one log. */
public final class RaftGroup {
    private final Network network;
    private final List<@Nullable RaftMemberModel> members = new ArrayList<>();
    private final List<Host> hosts;
    private final List<LogEntry> committed = new ArrayList<>();
    private final TreeMap<Long, Integer> leaders = new TreeMap<>();

    /** Of these hosts; no member runs. */
    public RaftGroup(Network network, List<Host> hosts) {
        this.network = network;
        this.hosts = List.copyOf(hosts);
        hosts.forEach(host -> members.add(null));
    }

    int size() {
        return hosts.size();
    }

    /** A member runs from now on. */
    public void started(RaftMemberModel member) {
        members.set(member.number(), member);
    }

    /** A member runs no more. */
    public void stopped(int member) {
        members.set(member, null);
    }

    /** The members that know themselves as leaders now, by number. */
    public List<Integer> leading() {
        List<Integer> found = new ArrayList<>();
        for (RaftMemberModel member : members) {
            if (member != null && member.leads()) {
                found.add(member.number());
            }
        }
        return found;
    }

    /** Calls a member by the network, which may lose it. */
    void send(int from, int to, Message message) {
        network.send(hosts.get(from), hosts.get(to), () -> {
            RaftMemberModel member = members.get(to);
            if (member != null) {
                message.arrive(member);
            }
        });
    }

    /** What one member asks or tells another. */
    @FunctionalInterface
    interface Message {
        void arrive(RaftMemberModel member);
    }

    void leads(long term, int member) {
        Integer before = leaders.put(term, member);
        Invariant.check(before == null || before == member, "term %d of the model has two leaders", term);
    }

    /** Who leads in a term, or nobody. */
    int leaderOf(long term) {
        return leaders.getOrDefault(term, RaftMemberModel.Listener.UNKNOWN);
    }

    void committed(long index, LogEntry entry) {
        if (index > committed.size()) {
            Invariant.check(index == committed.size() + 1L, "entry %d of the model is committed too early", index);
            committed.add(entry);
        } else {
            Invariant.check(committed.get((int) index - 1) == entry, "entry %d of the model is two", index);
        }
    }
}
