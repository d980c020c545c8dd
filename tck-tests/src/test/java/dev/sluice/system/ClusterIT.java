package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.BucketMap;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leaders and followers of a cluster are killed and stopped; producers and consumers see that some calls take longer, and nothing else. */
class ClusterIT {
    private static final int SHARDS = 2;
    private static final int PRODUCERS = 4;
    private static final int CONSUMERS = 4;
    private static final long SEND_MILLIS_MAX = 5_000;
    private static final long PAUSE_MILLIS = 8_000;
    /** No client gives up a server that says nothing sooner. */
    private static final long SILENCE_MILLIS_MIN = 4_000;

    @RegisterExtension
    final ClusterProcesses cluster = new ClusterProcesses(SHARDS);

    private static String queueOf(int shard) {
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> "storm." + number)
                .filter(name -> BucketMap.initial(SHARDS).shardOf(name) == shard)
                .findFirst()
                .orElseThrow();
    }

    /** Producers and consumers are half with each shard. */
    private final class Users implements Traffic.Users {
        @Override
        public Connection connect(int user) {
            return cluster.connect(user);
        }

        @Override
        public String queue(int user) {
            return queueOf(user % SHARDS);
        }

        @Override
        public int mode(int consumer) {
            return consumer < SHARDS ? Session.AUTO_ACKNOWLEDGE : Session.CLIENT_ACKNOWLEDGE;
        }
    }

    @Test
    void everySendThatReturnedIsReceivedExactlyOnceAndInOrderWhoeverLeads() throws Exception {
        try (Traffic traffic = new Traffic(PRODUCERS, CONSUMERS, new Users())) {
            storm(traffic);
            System.out.println("cluster: " + traffic.endAndCheck() + " messages sent");
        }
    }

    @Test
    void aClientIsWithTheLeaderWhicheverServerItNamed() throws Exception {
        String named = cluster.follower(0);
        try (Connection connection = cluster.connectTo(named)) {
            Mail mail = new Mail(connection);
            mail.send(10);
            cluster.process(named).pause();
            assertThat(mail.send(100))
                    .as("longest send after that server was stopped")
                    .isLessThan(SILENCE_MILLIS_MIN);
            cluster.process(named).resume();
            mail.receiveAll();
        }
    }

    @Test
    void aClientOutlivesTheOnlyServerThatItNamed() throws Exception {
        String named = cluster.leader(0);
        try (Connection connection = cluster.connectTo(named)) {
            Mail mail = new Mail(connection);
            mail.send(10);
            cluster.kill(named);
            assertThat(mail.send(10))
                    .as("longest send after the leader was killed")
                    .isLessThan(SEND_MILLIS_MAX);
            mail.receiveAll();
        }
    }

    /** One queue of shard 0, and what was sent to it. */
    private static final class Mail {
        private final Session session;
        private final Queue queue;
        private final MessageProducer producer;
        private int sent;

        Mail(Connection connection) throws JMSException {
            session = connection.createSession();
            queue = session.createQueue(queueOf(0));
            producer = session.createProducer(queue);
            connection.start();
        }

        /** Returns how long the longest took, in milliseconds. */
        long send(int count) throws JMSException {
            long longest = 0;
            for (int each = 0; each < count; each++) {
                long begun = System.nanoTime();
                producer.send(session.createTextMessage(Integer.toString(sent++)));
                longest = Math.max(longest, System.nanoTime() - begun);
            }
            return TimeUnit.NANOSECONDS.toMillis(longest);
        }

        void receiveAll() throws JMSException {
            try (MessageConsumer consumer = session.createConsumer(queue)) {
                for (int each = 0; each < sent; each++) {
                    assertThat(consumer.receive(SEND_MILLIS_MAX).getBody(String.class))
                            .isEqualTo(Integer.toString(each));
                }
                assertThat(consumer.receiveNoWait()).isNull();
            }
        }
    }

    private void storm(Traffic traffic) {
        traffic.awaitSentByEach(100);
        long unused = traffic.takeLongestMillis();
        killAndRestart(traffic, "leader of shard 0", cluster.leader(0));
        killAndRestart(traffic, "follower", cluster.follower(0));
        String paused = cluster.leader(0);
        cluster.process(paused).pause();
        Traffic.awaitMillis(PAUSE_MILLIS);
        cluster.process(paused).resume();
        traffic.awaitSentByEach(100);
        say(traffic.takeLongestMillis(), "leader of shard 0 stopped for " + PAUSE_MILLIS + " ms", paused);
        killAndRestart(traffic, "leader of shard 0 after that", cluster.leader(0));
    }

    private void killAndRestart(Traffic traffic, String what, String member) {
        cluster.kill(member);
        traffic.awaitSentByEach(50);
        cluster.start(member);
        cluster.awaitAllUp();
        long longest = traffic.takeLongestMillis();
        say(longest, what, member);
        assertThat(longest).as("longest send when a " + what + " was killed").isLessThan(SEND_MILLIS_MAX);
    }

    private static void say(long longest, String what, String member) {
        System.out.println("cluster: " + what + " (" + member + "): longest send " + longest + " ms");
    }
}
