package dev.sluice.server.simulation;

import dev.sluice.server.simulation.client.Cast;
import dev.sluice.server.simulation.client.Clerk;
import dev.sluice.server.simulation.client.ClientNode;
import dev.sluice.server.simulation.oracle.Oracle;
import dev.sluice.server.simulation.oracle.Promise;
import dev.sluice.server.simulation.oracle.Violation;
import dev.sluice.server.simulation.raft.RaftGroup;
import dev.sluice.server.simulation.stage.Host;
import dev.sluice.server.simulation.stage.Network;
import dev.sluice.server.simulation.stage.SlabStock;
import dev.sluice.server.simulation.stage.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One cluster with its clients, from a seed. First a time in which all that may fail does; then a quiet one, in which everything is whole
 * again, nobody sends, and all that was confirmed must be received, in bounded time.
 */
final class World {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long QUIET_NANOS_MAX = 240 * SECOND;
    private static final long CLERK_NANOS = 2 * SECOND;
    private static final long EVENTS_MAX = 20_000_000;

    final Timeline timeline;
    final Network network;
    final Oracle oracle;
    final List<ServerNode> servers = new ArrayList<>();
    final List<ClientNode> clients;
    final List<RaftGroup> groups = new ArrayList<>();
    /** Whether times to live and delays are measured here. */
    final boolean timed;
    /** Whether disks are lost here. */
    final boolean losesDisks;

    private final boolean hasTemporaries;
    private final ClientNode.Surroundings stage;
    private final Trace trace;
    private final Settings settings;
    private long events;
    private @Nullable Violation failure;

    World(long seed, SlabStock memory, @Nullable Consumer<String> lines) {
        timeline = new Timeline(seed);
        network = new Network(timeline);
        oracle = new Oracle(timeline::nowMillis);
        trace = new Trace(timeline, lines);
        settings = Settings.of(seed, timeline);
        losesDisks = settings.disks().areLost();
        List<Host> hosts = new ArrayList<>();
        for (int number = 0; number < settings.nodes(); number++) {
            hosts.add(new Host(Character.toString('a' + number), timeline));
        }
        for (int shard = 0; shard < settings.shards(); shard++) {
            groups.add(new RaftGroup(network, hosts));
        }
        ServerNode.Surroundings around = new ServerNode.Surroundings(network, groups, settings, memory, new Reports());
        for (int number = 0; number < hosts.size(); number++) {
            servers.add(new ServerNode(number, hosts.get(number), around));
        }
        ClientNode.Surroundings stage = new ClientNode.Surroundings(
                network,
                oracle,
                hosts.stream().map(Host::name).toList(),
                settings.shards(),
                new ClientNode.Redelivery(
                        settings.redelivery().limit(), settings.redelivery().brought()),
                settings.heartbeat(),
                trace::say);
        Cast cast = new Cast(timeline, stage);
        clients = cast.clients();
        timed = cast.isTimed();
        hasTemporaries = cast.hasTemporaries();
        this.stage = stage;
        say("settings " + settings);
    }

    private final class Reports implements ServerNode.Reports {
        @Override
        public void said(String what) {
            say(what);
        }

        @Override
        public void failed(String server, @Nullable Throwable why) {
            Violation found = new Violation(Promise.NO_FAILURE, "server %s stopped: %s", server, String.valueOf(why));
            if (why != null) {
                var unused = found.initCause(why);
            }
            failure = found;
        }
    }

    void say(String what) {
        trace.say(what);
    }

    long hash() {
        return trace.hash();
    }

    long events() {
        return events;
    }

    long nowMillis() {
        return timeline.nowMillis();
    }

    // ---- the play ----

    void play() {
        servers.forEach(ServerNode::start);
        clients.forEach(ClientNode::start);
        Faults faults = new Faults(this);
        faults.begin();
        Clerk clerk =
                new Clerk(new Host("clerk", timeline), stage, settings.times().graceMillis(), this::step);
        long end = timeline.nowNanos() + timeline.between(10, 30) * SECOND;
        while (timeline.nowNanos() < end) {
            runFor(Math.min(CLERK_NANOS, end - timeline.nowNanos()));
            resolve(clerk);
        }
        say("from now on all is quiet");
        faults.end();
        clients.forEach(ClientNode::calm);
        rest(clerk);
        oracle.checkAtEnd();
        checkTemporaries(clerk);
        new SameRows(servers, settings.shards()).check();
        say("the end");
    }

    private void resolve(Clerk clerk) {
        if (settings.shards() > 1) {
            clerk.resolve();
        }
    }

    /** Until nothing is missing; and then a little longer, since transactions of clients that are no more must have ended, and stores follow. */
    private void rest(Clerk clerk) {
        long begun = timeline.nowNanos();
        // After a jump of a clock the time of the log may go slower, by a tenth.
        long leastMillis = hasTemporaries
                ? 3 * settings.times().graceMillis() + settings.times().memoryMillis() * 6 / 5
                : 2 * settings.times().graceMillis();
        long least = TimeUnit.MILLISECONDS.toNanos(leastMillis);
        while (timeline.nowNanos() < begun + least || !oracle.missing().isEmpty()) {
            if (timeline.nowNanos() > begun + QUIET_NANOS_MAX) {
                throw new Violation(
                        Promise.NOTHING_LOST,
                        "after %d quiet seconds there are still %s",
                        QUIET_NANOS_MAX / SECOND,
                        oracle.missing());
            }
            runFor(CLERK_NANOS);
            resolve(clerk);
        }
        runFor(CLERK_NANOS);
    }

    /** Those of clients that are there are there, and no other ones. */
    private void checkTemporaries(Clerk clerk) {
        Set<String> wanted = new TreeSet<>();
        clients.forEach(client -> wanted.addAll(client.temporaries()));
        Set<String> found = clerk.temporaries();
        if (!found.equals(wanted)) {
            throw new Violation(
                    Promise.TEMPORARIES, "the temporary destinations are %s, and should be %s", found, wanted);
        }
    }

    /** Its memory is used by the next one. */
    void end() {
        servers.forEach(server -> server.kill(false, true));
    }

    private void runFor(long nanos) {
        boolean[] over = {false};
        timeline.after(nanos, () -> over[0] = true);
        while (!over[0] && step()) {
            // Until then.
        }
    }

    private boolean step() {
        boolean happened = timeline.step();
        events++;
        if (failure != null) {
            throw failure;
        }
        if (events > EVENTS_MAX) {
            throw new Violation(Promise.LIVENESS, "%d events in %d virtual ms", events, timeline.nowMillis());
        }
        return happened;
    }
}
