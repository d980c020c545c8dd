package dev.sluice.server.simulation.client;

import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkOptions;
import dev.sluice.link.ShardIds;
import dev.sluice.server.simulation.oracle.Oracle;
import dev.sluice.server.simulation.stage.Host;
import dev.sluice.server.simulation.stage.Network;
import dev.sluice.server.simulation.stage.Timeline;
import dev.sluice.sharding.MergedEvents;
import dev.sluice.sharding.ShardedLink;
import dev.sluice.wire.codec.AddressKind;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A process with one connection (a link to each shard) and some applications that share it; killed and started again it is another client to the servers. */
public final class ClientNode {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    /** As {@code AddressFlags} has it. */
    private static final int TEMPORARY = 1;

    private static final long CRASH_NANOS_MAX = TimeUnit.SECONDS.toNanos(8);

    private final Host host;
    private final Surroundings around;
    private final Contents contents;
    private final List<Function<ClientNode, Member>> plan;
    private final Coordinator coordinator = new Coordinator(this);
    private final List<Member> members = new ArrayList<>();
    private final Set<String> temporaries = new TreeSet<>();
    private final List<SimulatedLink> links = new ArrayList<>();
    private @Nullable Link link;
    private int welcomed;
    private int attempt;
    private boolean connected;
    private boolean calm;
    private long lastNumber;

    /** What fails so often goes to dead-letter queues, 0 for nothing; and what consumers bring, for that or nothing. */
    public record Redelivery(int limit, Link.Redelivery brought) {}

    /** What all clients have in common. */
    public record Surroundings(
            Network network,
            Oracle oracle,
            List<String> servers,
            int shards,
            Redelivery redelivery,
            Duration heartbeat,
            Consumer<String> trace) {
        int redeliveryLimit() {
            return redelivery.limit;
        }
    }

    /** Not started. */
    ClientNode(Host host, Surroundings around, Contents contents, List<Function<ClientNode, Member>> plan) {
        this.host = host;
        this.around = around;
        this.contents = contents;
        this.plan = List.copyOf(plan);
    }

    /** Its machine. */
    public Host host() {
        return host;
    }

    Oracle oracle() {
        return around.oracle;
    }

    /** What its consumers bring. */
    Link.Redelivery redelivery() {
        return around.redelivery.brought;
    }

    /** What its messages are like. */
    Contents contents() {
        return contents;
    }

    /** A temporary queue of this run. */
    Sender.Destination temporary() {
        String name = "temporary of " + name();
        if (temporaries.add(name)) {
            around.oracle.queue(name);
        }
        return new Sender.Destination(AddressKind.QUEUE, name, TEMPORARY);
    }

    /** The temporary queues of this run. */
    public Set<String> temporaries() {
        return temporaries;
    }

    /** Of its global transactions; outlives its runs. */
    Coordinator coordinator() {
        return coordinator;
    }

    /** Whether the shard of a consumer, or of anything else with an id, lets it hand out what it holds. */
    boolean mayHandOut(long id) {
        return links.get(ShardIds.shardOf(id)).mayHandOut();
    }

    void say(String what) {
        around.trace.accept(host.name() + " " + what);
    }

    String name() {
        return host.name() + "." + host.run();
    }

    /** A number that nothing else of this run has: for consumers, browsers and transactions. */
    long nextNumber() {
        return ++lastNumber;
    }

    /** Whether no sender has to wait now. */
    boolean hasRoom() {
        return links.stream().allMatch(SimulatedLink::hasRoom);
    }

    /** Begins to send a body to a destination, and gives it up. */
    void abandon(long addressId, Link.BodySource body) {
        links.get(ShardIds.shardOf(addressId)).abandon(body);
    }

    // ---- a run ----

    /** Starts the process. */
    public void start() {
        host.start();
        say("starts");
        connected = false;
        members.clear();
        plan.forEach(make -> members.add(make.apply(this)));
        if (calm) {
            members.forEach(Member::calm);
        }
        connect();
    }

    private void connect() {
        links.clear();
        welcomed = 0;
        attempt++;
        MergedEvents events = new MergedEvents(new Events());
        List<SocketAddress> servers = new ArrayList<>();
        around.servers.forEach(name -> servers.add(InetSocketAddress.createUnresolved(name, 1)));
        Collections.shuffle(servers, new Random(host.timeline().any()));
        LinkOptions options =
                new LinkOptions(servers, "", null, null, LinkOptions.FOREVER, CONNECT_TIMEOUT, around.heartbeat);
        for (int shard = 0; shard < around.shards; shard++) {
            LinkTurns turns = new LinkTurns(
                    host, around.network, options.withShard(shard), new Opening(options, events), events.of(shard));
            links.add(new SimulatedLink(turns));
            turns.begin();
        }
    }

    private final class Opening implements LinkTurns.Owner {
        private final LinkOptions options;
        private final MergedEvents events;
        private final int number = attempt;

        Opening(LinkOptions options, MergedEvents events) {
            this.options = options;
            this.events = events;
        }

        @Override
        public void established() {
            welcomed += number == attempt ? 1 : 0;
            if (number == attempt && welcomed == around.shards) {
                // In a turn of its own: this one is in the middle of its Welcome.
                host.after(0, () -> ready(options, events));
            }
        }

        @Override
        public void ended(@Nullable LinkException failure) {
            if (!connected && number == attempt && failure != null) {
                // No server was there: an application would try again.
                say("cannot connect: " + failure.getMessage());
                links.forEach(link -> {
                    var unused = link.close();
                });
                attempt++;
                host.after(RETRY_NANOS, ClientNode.this::connect);
            }
        }

        @Override
        public void mayGoOn() {
            if (connected && number == attempt) {
                members.forEach(Member::mayGoOn);
            }
        }
    }

    private void ready(LinkOptions options, MergedEvents events) {
        connected = true;
        Link ready = links.get(0);
        if (around.shards > 1) {
            ready = new ShardedLink(ready, options, (asked, listener) -> links.get(asked.shard()), events);
        }
        link = ready;
        for (Member member : members) {
            member.begin(ready);
        }
    }

    private final class Events implements LinkListener {
        @Override
        public void interrupted(LinkException reason) {
            say("interrupted: " + reason.getMessage());
            if (connected) {
                members.forEach(Member::interrupted);
            }
        }

        @Override
        public void resumed(String server) {
            say("resumed at " + server);
            if (connected) {
                members.forEach(Member::resumed);
            }
        }

        @Override
        public void failed(LinkException reason) {
            say("failed: " + reason.getMessage());
            // What an application does that is told so: it begins anew.
            host.after(RETRY_NANOS, () -> {
                kill(false);
                start();
            });
        }
    }

    /** Ends the process at once. */
    public void kill(boolean power) {
        if (host.isRunning()) {
            say("is killed");
            link = null;
            end();
            around.network.ended(host, power, host.timeline().onceIn(2));
            host.kill();
        }
    }

    private void end() {
        members.forEach(Member::killed);
        temporaries.forEach(around.oracle::over);
        temporaries.clear();
    }

    /** Ends by itself, in order or not, in the middle of what it does, and is back after a while. */
    void fail() {
        Timeline timeline = host.timeline();
        timeline.after(0, () -> {
            if (link != null && host.isActive() && timeline.onceIn(2)) {
                leave(this::startLater);
            } else {
                kill(timeline.onceIn(3));
                startLater();
            }
        });
    }

    private void startLater() {
        Timeline timeline = host.timeline();
        timeline.after(timeline.between(RETRY_NANOS, CRASH_NANOS_MAX), () -> {
            if (!host.isRunning()) {
                start();
            }
        });
    }

    /** Ends the process in order: its connection is closed first; {@code ended} hears when all that is over. */
    public void leave(Runnable ended) {
        Link open = link;
        if (!host.isActive() || open == null) {
            return;
        }
        say("ends");
        link = null;
        end();
        open.close()
                .whenDone((value, failure) -> host.after(0, () -> {
                    kill(false);
                    ended.run();
                }));
    }

    /** From now on nothing new is begun. */
    public void calm() {
        calm = true;
        members.forEach(Member::calm);
    }
}
