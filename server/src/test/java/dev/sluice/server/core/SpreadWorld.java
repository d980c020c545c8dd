package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.link.BranchXid;
import dev.sluice.link.Link;
import dev.sluice.link.Link.Transaction;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.link.TransactionList;
import dev.sluice.link.TransactionSink;
import dev.sluice.server.Resolver;
import dev.sluice.server.core.Observed.Delivery;
import dev.sluice.sharding.SpreadTransactions;
import dev.sluice.wire.codec.TransactKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Three shards, and a client of all of them that may die at any step of its transaction. */
final class SpreadWorld {
    private static final int SHARDS = 3;
    static final long T = 5;
    private static final long PATIENCE_MILLIS = 10_000;

    final BranchXid name = new BranchXid(42, new byte[] {1, 2, 3}, new byte[] {4});
    final List<Part> parts = new ArrayList<>();
    final SpreadTransactions transactions;
    private final Restarts restarts;
    int stepsLeft = Integer.MAX_VALUE;
    boolean diesAfter;
    private boolean dead;

    enum Way {
        LOCAL,
        ONE_PHASE,
        TWO_PHASES
    }

    /** Which shards are restarted before each step. */
    enum Restarts {
        NONE,
        ALL,
        ALL_WITH_ROWS
    }

    /** One shard: its queues, and the client's session there. */
    final class Part {
        final Given given = new Given();
        final Client client;
        final long in;
        final long out;
        final Link link;
        private long consumer;
        private List<Delivery> received = List.of();

        Part(int index) {
            for (int other = 0; other <= index; other++) {
                // Keys that differ from shard to shard.
                given.client("");
            }
            client = given.client("");
            in = client.queue("in");
            out = client.queue("out");
            client.publish(in, 100, 1);
            link = ShardLink.of(given, client, () -> step(this), SpreadWorld.this::stepped);
        }

        void work() {
            if (dead) {
                return;
            }
            consumer = client.consume(in);
            client.credit(consumer, 1);
            received = List.copyOf(given.observed.deliveries);
            given.observed.deliveries.clear();
            client.publish(Client.message(out, 1).in(T));
            client.take(T, consumer, received);
        }

        void restart() {
            if (restarts == Restarts.ALL_WITH_ROWS) {
                given.stored();
            }
            if (restarts != Restarts.NONE) {
                given.restart().settle();
            }
        }

        void endSession() {
            given.run(to -> to.endSession(client.sessionId, 0));
        }

        boolean hasCommitted() {
            boolean sent = pending(out) == 1;
            assertThat(pending(in)).as("what it received, when it sent " + sent).isEqualTo(sent ? 0 : 1);
            return sent;
        }

        private long pending(long queue) {
            return Objects.requireNonNull(given.machine.catalog().address(queue))
                    .subscriptions()
                    .get(0)
                    .pending();
        }
    }

    SpreadWorld(Restarts restarts) {
        this.restarts = restarts;
        for (int shard = 0; shard < SHARDS; shard++) {
            parts.add(new Part(shard));
        }
        transactions = new SpreadTransactions(
                shards(parts.stream().map(part -> part.link).toList()));
    }

    /** The transactions of another client. */
    SpreadTransactions another() {
        return new SpreadTransactions(shards(parts.stream()
                .map(part -> ShardLink.of(part.given, part.given.client(""), () -> false, () -> false))
                .toList()));
    }

    int coordinator() {
        return SpreadTransactions.coordinator(name, SHARDS);
    }

    /** Every part was rolled back, and nothing is left of the transaction. */
    void assertUndone() {
        for (Part part : parts) {
            assertThat(part.hasCommitted()).isFalse();
            assertThat(part.given.machine.catalog().branches()).isEmpty();
        }
    }

    private static SpreadTransactions.Shards shards(List<Link> links) {
        return new SpreadTransactions.Shards() {
            @Override
            public int count() {
                return links.size();
            }

            @Override
            public Link link(int shard) {
                return links.get(shard);
            }
        };
    }

    /** Something is about to be asked of the shard. Whether the client dies before. */
    private boolean step(Part part) {
        if (dead) {
            return true;
        }
        part.restart();
        stepsLeft--;
        dead = stepsLeft == 0 && !diesAfter;
        return dead;
    }

    /** Whether the client dies before it hears the answer. */
    private boolean stepped() {
        dead |= stepsLeft == 0;
        return dead;
    }

    static @Nullable LinkException outcome(Reply reply) throws InterruptedException {
        try {
            long unused = reply.await();
            return null;
        } catch (LinkException refusal) {
            return refusal;
        }
    }

    Reply ask(TransactKind kind) {
        return transactions.transact(new Transaction(kind, T, name, 0));
    }

    void touchAndWork() throws LinkException {
        for (int shard = 0; shard < SHARDS; shard++) {
            transactions.touch(T, shard);
            parts.get(shard).work();
        }
    }

    /** Goes the whole way; whether a transaction manager that did not die would commit it after a crash. */
    boolean go(Way way) throws LinkException {
        if (way == Way.LOCAL) {
            touchAndWork();
            return transactions
                    .transact(Transaction.local(TransactKind.COMMIT_LOCAL, T))
                    .isDone();
        }
        if (!ask(TransactKind.START).isDone()) {
            return false;
        }
        touchAndWork();
        if (!ask(TransactKind.END).isDone()) {
            return false;
        }
        if (way == Way.ONE_PHASE) {
            return ask(TransactKind.COMMIT_ONE_PHASE).isDone();
        }
        if (!ask(TransactKind.PREPARE).isDone()) {
            return false;
        }
        boolean unused = ask(TransactKind.COMMIT).isDone();
        return true;
    }

    boolean dies(Way way, boolean sessionsFirst, String where) throws Exception {
        boolean mustCommit = go(way);
        dead = true;
        if (sessionsFirst) {
            parts.forEach(Part::endSession);
        }
        parts.forEach(Part::restart);
        recover(way, mustCommit);
        if (!sessionsFirst) {
            parts.forEach(Part::endSession);
        }
        Set<Boolean> ends = Set.copyOf(parts.stream().map(Part::hasCommitted).toList());
        assertThat(ends).as(where).hasSize(1);
        if (mustCommit) {
            assertThat(ends).as(where).containsExactly(true);
        }
        for (Part part : parts) {
            assertThat(part.given.machine.catalog().branches()).as(where).isEmpty();
        }
        return ends.contains(true);
    }

    /** The servers' own resolver, then, of a global transaction, its manager. */
    void recover(Way way, boolean mustCommit) throws Exception {
        List<Link> links = new ArrayList<>();
        for (Part part : parts) {
            part.given.pass(PATIENCE_MILLIS);
            links.add(ShardLink.of(part.given, part.given.client(""), () -> false, () -> false));
        }
        Resolver resolver = new Resolver(shards(links), PATIENCE_MILLIS);
        for (int round = 0; resolver.resolve() > 0; round++) {
            assertThat(round).isLessThan(3);
        }
        if (way == Way.LOCAL) {
            return;
        }
        SpreadTransactions manager = new SpreadTransactions(shards(links));
        for (Link link : links) {
            for (TransactionSink.Branch branch : TransactionList.of(link, true)) {
                TransactKind end = mustCommit ? TransactKind.COMMIT : TransactKind.ROLLBACK;
                LinkException failure = outcome(manager.transact(new Transaction(end, 0, branch.name(), 0)));
                assertThat(failure).isNull();
            }
        }
    }

    Xid session() {
        Session session = parts.get(0).client.session();
        byte[] id = java.nio.ByteBuffer.allocate(24)
                .putLong(session.keyHigh())
                .putLong(session.keyLow())
                .putLong(T)
                .array();
        return Xid.of(Xid.SESSION_FORMAT, id, new byte[] {0});
    }
}
