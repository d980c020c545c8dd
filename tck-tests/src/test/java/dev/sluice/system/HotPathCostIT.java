package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Guards what makes Sluice fast, in figures that a loaded machine does not change: what the hot path allocates, and how often it asks the
 * kernel to read and write. Measures in turn until each figure was once within its limit: disturbances (code that is not compiled yet, a
 * commit of the store, a timer) add to a figure and never take from it.
 */
@EnabledOnOs(OS.LINUX)
class HotPathCostIT {
    /** What was measured when the limits were set, and the limits, which are about 1.3 times that. */
    private static final Cost SEND_MEASURED = new Cost(5_520, 640, 3.06);

    private static final Cost SEND_MOST = new Cost(7_200, 850, 4.0);

    private static final Cost PIPE_MEASURED = new Cost(9_480, 640, 3.3);
    private static final Cost PIPE_MOST = new Cost(12_300, 850, 4.3);

    private static final Cost ASYNCHRONOUS_MEASURED = new Cost(5_540, 127, 0.05);

    /** Twice the calls: how many sends come with one read depends on who gets the processor. A call for each would be 10 times as many. */
    private static final Cost ASYNCHRONOUS_MOST = new Cost(7_200, 170, 0.1);

    /** The read of the socket, the write of the log, the write of the socket; fewer were not counted. */
    private static final double CALLS_OF_A_SEND_MIN = 2.5;

    private static final byte[] BODY = new byte[1_024];
    private static final int IN_FLIGHT = 1_000;
    private static final int WINDOWS_MIN = 8;

    /** The usual run needs a tenth of it; it is for a machine on which everything else runs too. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final int CALL_SECONDS_MAX = 20;

    private static final File MEMORY_DISK = new File("/dev/shm");
    private static final long MEMORY_DISK_BYTES_MIN = 512L << 20;

    /**
     * As the launcher starts it, but without epoll, whose calls on sockets Linux does not count, and on a disk that is always fast: a server
     * that finds its disk slow has a thread for the log, and other costs.
     */
    @RegisterExtension
    final ServerProcess server = ServerProcess.with()
            .onJvm(
                    "-Xms256m",
                    "-Xmn128m",
                    "-Xmx512m",
                    "-XX:MaxDirectMemorySize=512m",
                    "-XX:+UseSerialGC",
                    "-Dio.netty.leakDetection.level=disabled",
                    "-Dio.netty.transport.noNative=true")
            .below(fastDisk())
            .tellingAllocations();

    private static Path fastDisk() {
        boolean isThere = MEMORY_DISK.getUsableSpace() > MEMORY_DISK_BYTES_MIN;
        return isThere ? MEMORY_DISK.toPath() : Path.of(System.getProperty("java.io.tmpdir"));
    }

    @Test
    void aMessageCostsNoMoreThanItDid() throws Exception {
        assumeThat(server.output())
                .as("the log is synced inline, and the limits are for that")
                .doesNotContain("thread=true");
        try (Connection connection = server.factory().createConnection()) {
            connection.start();
            Guarded send = sends(connection);
            List<Guarded> all = List.of(asynchronousSends(connection), send, pipe(connection));
            measure(all);

            all.forEach(guarded -> System.out.println("cost: " + guarded.name + ": " + guarded.least));
            List<String> complaints = new ArrayList<>();
            all.stream()
                    .filter(guarded -> !guarded.isWithinLimits())
                    .forEach(guarded -> complaints.add(guarded.complaint()));
            assertThat(complaints).isEmpty();
            assertThat(send.least.serverCalls())
                    .as("calls of a send: are those of sockets and of files counted?")
                    .isGreaterThan(CALLS_OF_A_SEND_MIN);
        }
    }

    private void measure(List<Guarded> all) throws Exception {
        CostMeter meter = new CostMeter(server);
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int window = 0; window < WINDOWS_MIN || !isOver(end, all); window++) {
            for (Guarded guarded : all) {
                guarded.measure(meter);
            }
        }
    }

    private static boolean isOver(long end, List<Guarded> all) {
        return System.nanoTime() - end > 0 || all.stream().allMatch(Guarded::isWithinLimits);
    }

    private static Guarded sends(Connection connection) throws JMSException {
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(session.createQueue("sends"));
        return new Guarded("a synchronous persistent send of 1 KiB", 500, SEND_MEASURED, SEND_MOST, messages -> {
            for (int number = 0; number < messages; number++) {
                producer.send(message(session));
            }
        });
    }

    private static Guarded pipe(Connection connection) throws JMSException {
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(session.createQueue("pipe"));
        MessageConsumer consumer = session.createConsumer(session.createQueue("pipe"));
        return new Guarded(
                "1 KiB sent persistent, received and acknowledged", 500, PIPE_MEASURED, PIPE_MOST, messages -> {
                    for (int number = 0; number < messages; number++) {
                        producer.send(message(session));
                        if (consumer.receive(TimeUnit.SECONDS.toMillis(CALL_SECONDS_MAX)) == null) {
                            throw new AssertionError("a message did not come for " + CALL_SECONDS_MAX + " s");
                        }
                    }
                });
    }

    private static Guarded asynchronousSends(Connection connection) throws JMSException {
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(session.createQueue("asynchronous"));
        Confirmations confirmations = new Confirmations();
        return new Guarded(
                "an asynchronous persistent send of 1 KiB, " + IN_FLIGHT + " in flight",
                5_000,
                ASYNCHRONOUS_MEASURED,
                ASYNCHRONOUS_MOST,
                messages -> {
                    for (int number = 0; number < messages; number++) {
                        confirmations.await(1);
                        producer.send(message(session), DeliveryMode.PERSISTENT, 4, 0, confirmations);
                    }
                    confirmations.awaitAll();
                });
    }

    private static Message message(Session session) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(BODY);
        return message;
    }

    /** One of the things that are measured: how, and what was the least so far. */
    private static final class Guarded {
        private final String name;
        private final int messages;
        private final Cost measured;
        private final Cost most;
        private final CostMeter.Work work;
        private Cost least = Cost.UNMEASURED;

        Guarded(String name, int messages, Cost measured, Cost most, CostMeter.Work work) {
            this.name = name;
            this.messages = messages;
            this.measured = measured;
            this.most = most;
            this.work = work;
        }

        void measure(CostMeter meter) throws Exception {
            least = least.least(meter.measure(messages, work));
        }

        boolean isWithinLimits() {
            return least.isWithin(most);
        }

        String complaint() {
            return String.join(
                    System.lineSeparator(),
                    "",
                    name + " costs more than it may:",
                    "  now:     " + least,
                    "  at most: " + most,
                    "  was:     " + measured + " (when the limits were set)",
                    "Find what was added: allocations with JFR (jdk.ObjectAllocationSample) of the client or the server, calls with strace -f -c -p PID.",
                    "When it is worth its price, set what was measured and the limit in "
                            + HotPathCostIT.class.getSimpleName() + " anew, and say in the commit why.");
        }
    }

    /** Counts what is on its way. */
    private static final class Confirmations implements CompletionListener {
        private final Semaphore room = new Semaphore(IN_FLIGHT);
        private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();

        @Override
        public void onCompletion(Message message) {
            room.release();
        }

        @Override
        public void onException(Message message, Exception exception) {
            failures.add(exception);
            room.release();
        }

        void await(int sends) throws InterruptedException {
            if (!room.tryAcquire(sends, CALL_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new AssertionError("no confirmation for " + CALL_SECONDS_MAX + " s");
            }
            if (!failures.isEmpty()) {
                throw new AssertionError("a send failed", failures.peek());
            }
        }

        void awaitAll() throws InterruptedException {
            await(IN_FLIGHT);
            room.release(IN_FLIGHT);
        }
    }
}
