package dev.sluice.bench.parts;

import dev.sluice.server.core.BroughtPolicy;
import dev.sluice.server.core.MachineCommands;
import dev.sluice.server.core.Publication;
import dev.sluice.server.core.Session;
import dev.sluice.wire.codec.SubscriptionKind;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A message of 1 KiB through the machines of a shard: published, delivered and acknowledged, with the store in memory. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MachineBenchmark {
    private static final long KEY = 1;
    private static final long CONSUMER = 1;
    private static final int PRIORITY = 4;
    private static final int MESSAGES_PER_TURN = 64;
    private static final long UNBOUNDED = 1L << 50;

    private final Machines machines = new Machines();
    private final Publication publication = new Publication();
    private long sessionId;
    private long number;

    public MachineBenchmark() {
        publication.buffer = Sample.envelope();
        publication.length = publication.buffer.capacity();
        publication.priority = PRIORITY;
    }

    @Setup
    public void open() {
        machines.begin().openSession(KEY, KEY, "");
        machines.apply();
        Session session = machines.session(KEY, KEY);
        sessionId = session.id();
        machines.begin()
                .createAddress(sessionId, ++number, new MachineCommands.NewAddress(false, "queue", false, false));
        machines.apply();
        long queue = machines.created();
        machines.begin()
                .openConsumer(
                        sessionId,
                        ++number,
                        new MachineCommands.NewConsumer(
                                CONSUMER, queue, SubscriptionKind.QUEUE, false, "", "", BroughtPolicy.NONE));
        machines.apply();
        machines.credit(session, CONSUMER, UNBOUNDED);
        publication.sessionId = sessionId;
        publication.addressId = queue;
    }

    /** One message a turn: nothing is shared between messages. */
    @Benchmark
    public long publishDeliverAcknowledge() {
        publish();
        machines.dispatch();
        return acknowledge(1);
    }

    /** Many messages a turn, as under load; the time is of one. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES_PER_TURN)
    public long publishDeliverAcknowledgeMany() {
        for (int message = 0; message < MESSAGES_PER_TURN; message++) {
            publish();
        }
        machines.dispatch();
        return acknowledge(MESSAGES_PER_TURN);
    }

    private void publish() {
        publication.number = ++number;
        machines.begin().publish(publication);
        machines.apply();
    }

    private long acknowledge(long expected) {
        long messages = machines.delivered().messages();
        if (messages != expected) {
            throw new IllegalStateException(messages + " messages were delivered and not " + expected);
        }
        machines.acknowledging();
        machines.begin().acknowledge(sessionId, ++number, machines.subscriptionId(), machines.delivered());
        machines.apply();
        machines.delivered().clear();
        return messages;
    }
}
