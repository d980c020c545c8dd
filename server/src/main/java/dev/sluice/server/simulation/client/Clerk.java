package dev.sluice.server.simulation.client;

import dev.sluice.link.Answer;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkOptions;
import dev.sluice.link.ListSink;
import dev.sluice.link.Reply;
import dev.sluice.link.TransactionSink;
import dev.sluice.server.Resolver;
import dev.sluice.server.simulation.stage.Host;
import dev.sluice.sharding.SpreadTransactions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the real resolver of transactions over several shards, which waits for what it asks: while it does, the world goes on. So it is called
 * between events, and not within one.
 */
public final class Clerk implements SpreadTransactions.Shards {
    private final Host host;
    private final ClientNode.Surroundings around;
    private final BooleanSupplier step;
    private final Resolver resolver;
    private final List<Link> links = new ArrayList<>();

    /** Of a world; {@code step} lets its next event happen. */
    public Clerk(Host host, ClientNode.Surroundings around, long patienceMillis, BooleanSupplier step) {
        this.host = host;
        this.around = around;
        this.step = step;
        resolver = new Resolver(this, patienceMillis);
        host.start();
        for (int shard = 0; shard < around.shards(); shard++) {
            links.add(open(shard));
        }
    }

    private Link open(int shard) {
        List<SocketAddress> servers = new ArrayList<>();
        around.servers().forEach(name -> servers.add(InetSocketAddress.createUnresolved(name, 1)));
        LinkOptions options = new LinkOptions(
                servers, "", null, null, LinkOptions.FOREVER, Duration.ofSeconds(5), around.heartbeat());
        LinkTurns turns =
                new LinkTurns(host, around.network(), options.withShard(shard), new Owner(shard), LinkListener.NONE);
        turns.begin();
        return new Waiting(turns);
    }

    private final class Owner implements LinkTurns.Owner {
        private final int shard;

        Owner(int shard) {
            this.shard = shard;
        }

        @Override
        public void established() {
            // It is asked when it is.
        }

        @Override
        public void ended(@Nullable LinkException failure) {
            host.after(0, () -> links.set(shard, open(shard)));
        }

        @Override
        public void mayGoOn() {
            // Nothing waits for that.
        }
    }

    /** Ends what dead clients have left. */
    public void resolve() {
        try {
            int ended = resolver.resolve();
            if (ended > 0) {
                around.trace().accept(host.name() + " has ended " + ended + " parts of transactions");
            }
        } catch (LinkException away) {
            around.trace().accept(host.name() + ": " + away.getMessage());
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The names of the temporary destinations that there are. */
    public Set<String> temporaries() {
        Set<String> names = new TreeSet<>();
        links.forEach(link -> link.listDestinations("", new Temporaries(names)));
        return names;
    }

    private record Temporaries(Set<String> names) implements ListSink {
        @Override
        public void destination(Destination found) {
            if (found.temporary()) {
                names.add(found.name());
            }
        }

        @Override
        public void end(@Nullable LinkException failure) {
            assert failure == null;
        }
    }

    @Override
    public int count() {
        return links.size();
    }

    @Override
    public Link link(int shard) {
        return links.get(shard);
    }

    /** A link whose answers are there when its calls return. */
    private final class Waiting extends SimulatedLink {
        Waiting(LinkTurns turns) {
            super(turns);
        }

        private void await(Reply reply) {
            while (!reply.isDone() && step.getAsBoolean()) {
                // What the world does meanwhile is its own affair.
            }
        }

        @Override
        public Reply transact(Transaction what) {
            Reply reply = super.transact(what);
            await(reply);
            return reply;
        }

        @Override
        public void listTransactions(boolean inDoubt, TransactionSink sink) {
            Answer end = new Answer();
            super.listTransactions(inDoubt, new Ending(sink, end));
            await(end);
        }

        @Override
        public void listDestinations(String filter, ListSink sink) {
            Answer end = new Answer();
            super.listDestinations(filter, new Listed(sink, end));
            await(end);
        }
    }

    /** Says when a list of destinations has ended. */
    private record Listed(ListSink sink, Answer end) implements ListSink {
        @Override
        public void destination(Destination found) {
            sink.destination(found);
        }

        @Override
        public void end(@Nullable LinkException failure) {
            sink.end(failure);
            end.succeed(0);
        }
    }

    /** Says when a list has ended. */
    private record Ending(TransactionSink sink, Answer end) implements TransactionSink {
        @Override
        public void transaction(Branch branch) {
            sink.transaction(branch);
        }

        @Override
        public void end(@Nullable LinkException failure) {
            sink.end(failure);
            end.succeed(0);
        }
    }
}
