package dev.sluice.server.simulation;

import dev.sluice.server.simulation.client.ClientNode;
import dev.sluice.server.simulation.stage.Host;
import dev.sluice.server.simulation.stage.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** All that fails in a world, until it ends: each fault heals after a while, or at the end. */
final class Faults {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int FULL_MILLIS_MAX = 4_000;
    private static final int CUT_MILLIS_MAX = 14_000;
    private static final int PAUSE_MILLIS_MAX = 12_000;
    private static final int DOWN_MILLIS_MAX = 6_000;
    private static final int FLAP_MILLIS_MAX = 500;
    private static final int FLAPS_MAX = 8;
    private static final long JUMP_MILLIS_MAX = TimeUnit.HOURS.toMillis(1);

    private final World world;
    private final Timeline chance;
    private final long gapMillisMax;
    private final List<Runnable> kinds = new ArrayList<>();
    private boolean over;

    Faults(World world) {
        this.world = world;
        this.chance = world.timeline;
        gapMillisMax = chance.onceIn(3) ? 1_500 : 6_000;
        choose();
    }

    void begin() {
        chance.after(chance.between(0, gapMillisMax * MILLI), () -> {
            if (!over) {
                strike();
                begin();
            }
        });
    }

    /** Everything is whole again, and runs. */
    void end() {
        over = true;
        world.network.healAll();
        world.network.slowNanos(0);
        for (ServerNode server : world.servers) {
            server.disk.slowNanos(0);
            server.disk.full(false);
            server.host.resume();
            start(server);
        }
        for (ClientNode client : world.clients) {
            client.host().resume();
            start(client);
        }
    }

    private void later(int millisMax, Runnable heal) {
        chance.after(chance.between(0, millisMax * MILLI), () -> {
            if (!over) {
                heal.run();
            }
        });
    }

    /** Not every world has every fault: what hides behind frequent ones shows where they are not. */
    private void choose() {
        List<Runnable> all = List.of(
                () -> kill(leader()),
                () -> kill(leader()),
                () -> kill(any()),
                this::killAll,
                () -> pause(leader().host, true),
                () -> pause(any().host, true),
                () -> isolate(leader().host),
                () -> isolate(any().host),
                this::slowNetwork,
                () -> slowDisk(any()),
                () -> fullDisk(any()),
                this::jump,
                () -> kill(anyClient()),
                () -> leave(anyClient()),
                () -> pause(anyClient().host(), chance.onceIn(2)),
                () -> isolate(anyClient().host()),
                () -> flap(anyClient().host(), FLAPS_MAX));
        for (Runnable kind : all) {
            if (chance.onceIn(2)) {
                kinds.add(kind);
            }
        }
        if (world.losesDisks) {
            kinds.add(() -> loseDisk(any()));
        }
    }

    private void strike() {
        if (!kinds.isEmpty()) {
            kinds.get(chance.below(kinds.size())).run();
        }
    }

    private ServerNode any() {
        return world.servers.get(chance.below(world.servers.size()));
    }

    private ServerNode leader() {
        List<Integer> leading =
                world.groups.get(chance.below(world.groups.size())).leading();
        return leading.isEmpty() ? any() : world.servers.get(leading.get(0));
    }

    private ClientNode anyClient() {
        return world.clients.get(chance.below(world.clients.size()));
    }

    // ---- processes ----

    private void kill(ServerNode server) {
        if (!server.host.isRunning()) {
            return;
        }
        boolean power = chance.onceIn(2);
        world.say(server.name() + (power ? " loses its power" : " is killed"));
        server.kill(power, chance.onceIn(2));
        later(DOWN_MILLIS_MAX, () -> start(server));
    }

    /** One at a time: of two that know nothing any more the third would have to know everything. */
    private void loseDisk(ServerNode server) {
        if (!server.host.isRunning() || world.servers.stream().anyMatch(ServerNode::isStranger)) {
            return;
        }
        world.say(server.name() + " loses its disk");
        server.kill(true, chance.onceIn(2));
        server.loseDisk();
        later(DOWN_MILLIS_MAX, () -> start(server));
    }

    private void killAll() {
        world.servers.forEach(this::kill);
    }

    private void start(ServerNode server) {
        if (!server.host.isRunning()) {
            world.say(server.name() + " starts");
            server.start();
        }
    }

    private void kill(ClientNode client) {
        client.kill(chance.onceIn(3));
        later(DOWN_MILLIS_MAX, () -> start(client));
    }

    private void leave(ClientNode client) {
        client.leave(() -> {
            if (over) {
                start(client);
            } else {
                later(DOWN_MILLIS_MAX, () -> start(client));
            }
        });
    }

    private static void start(ClientNode client) {
        if (!client.host().isRunning()) {
            client.start();
        }
    }

    private void pause(Host host, boolean stop) {
        if (!host.isActive()) {
            return;
        }
        world.say(host + (stop ? " is stopped" : " is suspended"));
        long run = host.run();
        host.pause(!stop);
        later(PAUSE_MILLIS_MAX, () -> {
            if (host.run() == run && host.isRunning() && !host.isActive()) {
                world.say(host + " goes on");
                host.resume();
            }
        });
    }

    // ---- network, disks, clocks ----

    private void isolate(Host host) {
        boolean in = chance.onceIn(2);
        boolean out = !in || chance.onceIn(2);
        List<Host> others = new ArrayList<>();
        world.servers.forEach(server -> others.add(server.host));
        if (chance.onceIn(2)) {
            world.clients.forEach(client -> others.add(client.host()));
        }
        boolean all = chance.onceIn(2);
        world.say(host + " is cut off" + (in ? " from what comes" : "") + (out ? " from where it sends" : ""));
        for (Host other : others) {
            if (other != host && (all || chance.onceIn(2))) {
                if (in) {
                    world.network.cut(other, host);
                }
                if (out) {
                    world.network.cut(host, other);
                }
            }
        }
        later(CUT_MILLIS_MAX, () -> {
            world.say(host + " is reached again");
            for (Host other : others) {
                world.network.heal(other, host);
                world.network.heal(host, other);
            }
        });
    }

    /** Its connections break, some times in a row. */
    private void flap(Host host, int times) {
        world.say("the connections of " + host + " break");
        world.network.breakConnections(host);
        if (times > 1 && chance.onceIn(2)) {
            later(FLAP_MILLIS_MAX, () -> flap(host, times - 1));
        }
    }

    private void slowNetwork() {
        world.network.slowNanos(chance.between(0, 300) * MILLI);
        later(CUT_MILLIS_MAX, () -> world.network.slowNanos(0));
    }

    private void slowDisk(ServerNode server) {
        server.disk.slowNanos(chance.between(0, 800) * MILLI);
        later(CUT_MILLIS_MAX, () -> server.disk.slowNanos(0));
    }

    private void fullDisk(ServerNode server) {
        world.say("the disk of " + server.name() + " is full");
        server.disk.full(true);
        later(FULL_MILLIS_MAX, () -> server.disk.full(false));
    }

    private void jump() {
        // A new leader counts by its own clock, early or late by what it differs: there nothing can be said of times.
        Host host = world.timed || chance.onceIn(3) ? anyClient().host() : any().host;
        // While a machine is suspended and its monotonic clock stands still, the other one is all that it can go by.
        long least = host.isSuspended() ? 0 : -JUMP_MILLIS_MAX;
        long millis = chance.between(least, JUMP_MILLIS_MAX);
        world.say("the clock of " + host + " jumps by " + millis + " ms");
        host.jump(millis);
    }
}
