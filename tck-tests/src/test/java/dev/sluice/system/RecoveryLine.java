package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.system.Fate.Victim;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import javax.transaction.xa.XAResource;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** The lives of one {@link TwoPhaseApplication}, one process after the other, and of its servers: whoever dies is started again. */
final class RecoveryLine implements Callable<String> {
    private static final Duration LIFE = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<ServerProcess> servers = new ArrayList<>();
    private final Path directory;
    private final long seed;
    private final List<String> rounds;

    /** {@code servers}: one (and a database) or two. */
    RecoveryLine(int servers, int shards, Path directory, long seed, List<String> rounds) {
        for (int server = 0; server < servers; server++) {
            this.servers.add(ServerProcess.with("--grace", "2s", "--shards", Integer.toString(shards)));
        }
        this.directory = directory;
        this.seed = seed;
        this.rounds = rounds;
    }

    /** What came of it, for people. */
    @Override
    public String call() throws Exception {
        boolean failed = true;
        try {
            for (ServerProcess server : servers) {
                server.open();
            }
            String outcome = killAndCheck();
            failed = false;
            return outcome;
        } finally {
            for (ServerProcess server : servers) {
                server.close("RecoveryIT", failed);
            }
        }
    }

    private String killAndCheck() throws Exception {
        fill(rounds.size());
        List<List<String>> lives = lives(rounds);
        for (int life = 0; life < lives.size(); life++) {
            live(life, lives.get(life));
        }
        for (ServerProcess server : servers) {
            assertNothingInDoubt(server);
        }
        ServerProcess first = servers.get(0);
        ServerProcess last = servers.get(servers.size() - 1);
        List<Integer> out = receiveAll(last, TwoPhaseApplication.OUT, 0);
        if (servers.size() == 1) {
            assertThat(TwoPhaseApplication.rows(directory))
                    .as("-Dseed=" + seed + ": the database, and what was sent")
                    .isEqualTo(out);
        }
        List<Integer> in = receiveAll(first, TwoPhaseApplication.IN, rounds.size() - out.size());
        assertEachOnce(out, in);
        return servers.size() + " server(s), " + rounds.size() + " kills, " + out.size() + " messages moved, "
                + in.size() + " not";
    }

    /** What each process of the application does until it dies; the last one does nothing but recover. */
    private static List<List<String>> lives(List<String> rounds) {
        List<List<String>> lives = new ArrayList<>();
        List<String> life = new ArrayList<>();
        for (String round : rounds) {
            life.add(round);
            if (isDeadly(round)) {
                lives.add(life);
                life = new ArrayList<>();
            }
        }
        lives.add(life);
        return lives;
    }

    /** Whether the application does not survive it. */
    private static boolean isDeadly(String round) {
        return !round.endsWith(Victim.SERVER.name());
    }

    private void live(int life, List<String> its) throws IOException {
        writePids();
        List<String> arguments = new ArrayList<>();
        arguments.add(directory.toString());
        arguments.add(String.join(",", servers.stream().map(ServerProcess::url).toList()));
        arguments.add(Long.toString(seed + life));
        arguments.addAll(its);
        JavaProcess application = JavaProcess.ofTheTests(
                directory.resolve("application.txt"),
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                TwoPhaseApplication.class,
                arguments);
        try {
            Awaitility.await("the end of the application: " + its)
                    .atMost(LIFE.plusSeconds(10L * its.size()))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        restartTheDead();
                        return !application.isAlive();
                    });
        } catch (ConditionTimeoutException stuck) {
            application.kill();
            throw new AssertionError("-Dseed=" + seed + "\n" + application.output(), stuck);
        }
        restartTheDead();
        boolean dies = !its.isEmpty() && isDeadly(its.get(its.size() - 1));
        assertThat(application.awaitExit(PATIENCE))
                .as("-Dseed=" + seed + " " + its + "\n" + application.output())
                .isEqualTo(dies ? Fate.HALTED : 0);
    }

    private void restartTheDead() throws IOException {
        for (ServerProcess server : servers) {
            if (!server.isAlive()) {
                server.start();
                writePids();
            }
        }
    }

    private void writePids() throws IOException {
        for (int index = 0; index < servers.size(); index++) {
            Files.writeString(
                    directory.resolve("server" + index + ".pid"),
                    Long.toString(servers.get(index).pid()));
        }
    }

    private void fill(int messages) throws JMSException {
        try (JMSContext context = servers.get(0).factory().createContext()) {
            for (int number = 0; number < messages; number++) {
                Message message = context.createTextMessage("message " + number);
                message.setIntProperty(TwoPhaseApplication.NUMBER, number);
                context.createProducer().send(context.createQueue(TwoPhaseApplication.IN), message);
            }
        }
    }

    /** Waits for {@code expected}: what a dead application held comes when its grace is over. Then nothing more may come. */
    private static List<Integer> receiveAll(ServerProcess server, String queue, int expected) throws JMSException {
        List<Integer> numbers = new ArrayList<>();
        try (JMSContext context = server.factory().createContext()) {
            JMSConsumer consumer = context.createConsumer(context.createQueue(queue));
            while (true) {
                Message message = consumer.receive(numbers.size() < expected ? PATIENCE.toMillis() : 1_000);
                if (message == null) {
                    break;
                }
                numbers.add(message.getIntProperty(TwoPhaseApplication.NUMBER));
            }
        }
        Collections.sort(numbers);
        return numbers;
    }

    private void assertEachOnce(List<Integer> out, List<Integer> in) {
        List<Integer> all = new ArrayList<>(out);
        all.addAll(in);
        Collections.sort(all);
        assertThat(all)
                .as("-Dseed=" + seed + ", out " + out + ", in " + in)
                .isEqualTo(IntStream.range(0, rounds.size()).boxed().toList());
    }

    private static void assertNothingInDoubt(ServerProcess server)
            throws JMSException, javax.transaction.xa.XAException {
        try (XAConnection connection = new SluiceConnectionFactory(server.url()).createXAConnection()) {
            XASession session = connection.createXASession();
            assertThat(session.getXAResource().recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                    .isEmpty();
        }
    }
}
