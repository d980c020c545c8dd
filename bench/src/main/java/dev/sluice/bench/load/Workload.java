package dev.sluice.bench.load;

import com.google.errorprone.annotations.Immutable;
import java.util.Locale;

/** A shape of load that is compared between providers: who sends and receives what, and how. */
enum Workload {
    /** One synchronous persistent producer: what a single send costs. */
    W1(Shape.persistent(1, 0)),
    /** Sixteen of them: how well durable sends share a sync. */
    W2(Shape.persistent(16, 0)),
    /** Persistent producers and consumers on one queue. */
    W3(Shape.persistent(4, 4)),
    /** The same at a rate that all can keep, for the latency. */
    W3R(Shape.persistent(4, 4).atRate(5_000)),
    /** Small non-persistent messages on one queue. */
    W4(Shape.nonPersistent(4, 4)),
    /** The same at a rate that all can keep, for the latency. */
    W4R(Shape.nonPersistent(4, 4).atRate(20_000)),
    /** One persistent producer that sends on without waiting, with a bounded number unconfirmed. */
    W5(Shape.persistent(1, 0).sending(Sending.ASYNCHRONOUS)),
    /** A topic with ten subscribers. */
    W6(Shape.nonPersistent(1, 10).consuming(Consuming.TOPIC)),
    /** A topic with ten durable subscribers. */
    W6D(Shape.persistent(1, 10).sending(Sending.ASYNCHRONOUS_WHERE_POSSIBLE).consuming(Consuming.DURABLE_TOPIC)),
    /** A backlog comes to be: as many messages as the command line says, until all are confirmed. */
    W7FILL(Shape.persistent(4, 4).sending(Sending.ASYNCHRONOUS_WHERE_POSSIBLE).withMessages(1_000_000)),
    /** That backlog goes: until as many messages have come. */
    W7DRAIN(Shape.persistent(0, 4).withMessages(1_000_000)),
    /** A backlog of its own is received while more is sent. */
    W7BOTH(Shape.persistent(2, 4).sending(Sending.ASYNCHRONOUS_WHERE_POSSIBLE).withMessages(200_000)),
    /** Persistent producers and consumers on one queue, in transactions of a hundred messages. */
    W8(Shape.persistent(4, 4).inTransactionsOf(100)),
    /** A hundred consumers on one queue, each of which selects its own messages. */
    W9(Shape.nonPersistent(4, 100).consuming(Consuming.BY_SELECTOR)),
    /** Requests and answers over temporary queues, with more and more clients. */
    W10(Shape.nonPersistent(64, 4)),
    /** Producers that go round over thousands of queues, and consumers on all of them. */
    W11(Shape.persistent(4, 4).consuming(Consuming.MANY_QUEUES)),
    /** A slow pipe on one queue, half of the time beside a reader of another queue's backlog. */
    W12(Shape.persistent(4, 4).atRate(2_000).withMessages(200_000));

    private final Shape shape;

    Workload(Shape shape) {
        this.shape = shape;
    }

    Shape shape() {
        return shape;
    }

    /** How receivers acknowledge: where many messages wait for them, in batches. */
    LoadClient.Settlement settlement() {
        return switch (this) {
            case W6D, W7DRAIN, W7BOTH -> LoadClient.Settlement.DUPS_OK;
            default -> LoadClient.Settlement.AUTO;
        };
    }

    /** As it is written on the command line and in results. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How producers wait. */
    enum Sending {
        SYNCHRONOUS,
        ASYNCHRONOUS,
        /** Synchronously with a provider that cannot do otherwise. */
        ASYNCHRONOUS_WHERE_POSSIBLE
    }

    /** Where consumers receive from. */
    enum Consuming {
        QUEUE,
        BY_SELECTOR,
        TOPIC,
        DURABLE_TOPIC,
        MANY_QUEUES
    }

    /**
     * The numbers of a workload, as far as the command line does not change them.
     *
     * @param producers how many send; in w10 the most clients
     * @param consumers how many receive; in w10 the servers
     * @param rate messages a second of all producers; 0 for the maximum
     * @param commitEvery messages in a transaction; 0 for none
     * @param messages how many there are in all or in the backlog; 0 when the time decides
     */
    @Immutable
    record Shape(
            int producers,
            int consumers,
            boolean persistent,
            int bodyBytes,
            Sending sending,
            Consuming consuming,
            int rate,
            int commitEvery,
            int messages) {
        static Shape persistent(int producers, int consumers) {
            return new Shape(producers, consumers, true, 1_024, Sending.SYNCHRONOUS, Consuming.QUEUE, 0, 0, 0);
        }

        static Shape nonPersistent(int producers, int consumers) {
            return new Shape(producers, consumers, false, 256, Sending.SYNCHRONOUS, Consuming.QUEUE, 0, 0, 0);
        }

        Shape sending(Sending how) {
            return new Shape(producers, consumers, persistent, bodyBytes, how, consuming, rate, commitEvery, messages);
        }

        Shape consuming(Consuming where) {
            return new Shape(producers, consumers, persistent, bodyBytes, sending, where, rate, commitEvery, messages);
        }

        Shape atRate(int perSecond) {
            return new Shape(
                    producers, consumers, persistent, bodyBytes, sending, consuming, perSecond, commitEvery, messages);
        }

        Shape inTransactionsOf(int count) {
            return new Shape(producers, consumers, persistent, bodyBytes, sending, consuming, rate, count, messages);
        }

        Shape withMessages(int count) {
            return new Shape(producers, consumers, persistent, bodyBytes, sending, consuming, rate, commitEvery, count);
        }

        boolean isTopic() {
            return consuming == Consuming.TOPIC || consuming == Consuming.DURABLE_TOPIC;
        }
    }
}
