package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.link.BranchXid;
import dev.sluice.server.core.Address;
import dev.sluice.server.core.ReplicatedMachine;
import dev.sluice.server.store.LmdbStore;
import dev.sluice.server.store.StoreOptions;
import dev.sluice.wire.BucketMap;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The data of a server that was alone become those of a member, with more shards perhaps, or stay what they were. */
final class AdoptionTest {
    private static final String MEMBERS = "a=127.0.0.1:1:2,b=127.0.0.1:3:4,c=127.0.0.1:5:6";
    private static final int QUEUES = 5;
    private static final int MESSAGES = 12;
    private static final int LARGE_BYTES = 700_000;
    private static final int SHARDS = 3;

    @TempDir
    private Path directory;

    private Path data() {
        return directory.resolve("data");
    }

    private ServerConfig alone() {
        return ServerConfig.defaults().withData(data()).withPort(0);
    }

    private ServerConfig member() {
        return ConfigReader.read(
                Map.of("data", data().toString(), "node", "a", "cluster", MEMBERS), Map.of(), null, Path.of(""));
    }

    private static Connection connect(SluiceServer server) throws JMSException {
        return new SluiceConnectionFactory("sluice://localhost:" + server.port() + "?reconnect.for=100ms")
                .createConnection();
    }

    /** Clients that do not say goodbye leave queues, a topic with a durable subscription, and what goes with their sessions. */
    private void fill(int shards) throws JMSException {
        SluiceServer server = SluiceServer.start(alone().withShards(shards));
        Connection connection = connect(server);
        connection.setClientID("client");
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer durable = session.createDurableConsumer(session.createTopic("topic"), "subscription");
        MessageProducer producer = session.createProducer(null);
        for (int number = 0; number < MESSAGES; number++) {
            for (int queue = 0; queue < QUEUES; queue++) {
                producer.setDeliveryDelay(number == MESSAGES - 1 ? 3_600_000 : 0);
                producer.send(session.createQueue("queue" + queue), session.createTextMessage("text"));
            }
            producer.setDeliveryDelay(0);
            producer.send(session.createTopic("topic"), session.createTextMessage("text"));
        }
        var large = session.createBytesMessage();
        large.writeBytes(new byte[LARGE_BYTES]);
        producer.send(session.createQueue("queue0"), large);
        producer.send(session.createTemporaryQueue(), session.createTextMessage("text"));
        connection.start();
        assertThat(durable.receive(10_000)).isNotNull();
        durable.receive(10_000).acknowledge();
        assertThat(durable.receive(10_000)).isNotNull();
        Session transacted = connection.createSession(true, Session.SESSION_TRANSACTED);
        transacted
                .createProducer(transacted.createQueue("queue0"))
                .send(transacted.createTextMessage("never committed"));
        server.stop();
        connection.close();
    }

    /** The messages of each address, as machines say that are made of its shard. */
    private Map<String, Long> contents(int shards) {
        Map<String, Long> all = new TreeMap<>();
        for (int shard = 0; shard < shards; shard++) {
            try (LmdbStore store = LmdbStore.open(
                    ShardPlan.directory(data(), shard).resolve("store"), StoreOptions.defaults(), () -> {})) {
                ReplicatedMachine machine = new ReplicatedMachine(store, 0, shards);
                assertThat(machine.appliedIndex()).isPositive();
                for (boolean topic : new boolean[] {false, true}) {
                    for (Address address : machine.catalog().addresses(topic, "")) {
                        assertThat(BucketMap.initial(shards).shardOf(address.name()))
                                .isEqualTo(shard);
                        assertThat(address.isTemporary()).isFalse();
                        all.put(address.name(), address.messages());
                        address.subscriptions().stream()
                                .filter(subscription -> !subscription.name().isEmpty())
                                .forEach(subscription -> all.put(subscription.name(), subscription.pending()));
                    }
                }
                assertThat(machine.catalog().sessions()).isEmpty();
            }
        }
        return all;
    }

    private static Map<String, Long> expected() {
        Map<String, Long> all = new TreeMap<>();
        for (int queue = 0; queue < QUEUES; queue++) {
            all.put("queue" + queue, (long) MESSAGES + (queue == 0 ? 1 : 0));
        }
        all.put("topic", MESSAGES - 2L);
        all.put("subscription", MESSAGES - 2L);
        return all;
    }

    private static Consumer<Adoption.Step> failingAt(Adoption.Step failing) {
        return step -> {
            if (step == failing) {
                throw new IllegalStateException("the process dies before " + step);
            }
        };
    }

    @ParameterizedTest
    @EnumSource(Adoption.Step.class)
    void isDoneOrNotWhereverItEnds(Adoption.Step step) throws Exception {
        fill(1);
        assertThatThrownBy(() -> Adoption.adopt(member(), SHARDS, failingAt(step)))
                .isInstanceOf(IllegalStateException.class);
        if (step == Adoption.Step.SETTLE) {
            assertThatThrownBy(() -> Adoption.adopt(member(), SHARDS))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("of a member of a cluster: start it with node and cluster");
            // As it is when the process dies in the midst of the last step.
            Path first = ShardPlan.directory(data(), 0);
            DataDirectory.delete(first);
            Files.move(ShardPlan.directory(data().resolve("division"), 0), first);
        } else {
            try (SluiceServer before = SluiceServer.start(alone());
                    Connection connection = connect(before);
                    Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
                assertThat(before.shards()).isEqualTo(1);
                assertThat(data().resolve("division")).doesNotExist();
                connection.start();
                assertThat(session.createConsumer(session.createQueue("queue1")).receive(10_000))
                        .isNotNull();
            }
            Adoption.Adopted adopted = Adoption.adopt(member(), SHARDS);
            assertThat(adopted.shardsBefore()).isEqualTo(1);
            assertThat(adopted.shards()).isEqualTo(SHARDS);
        }
        try (DataDirectory locked = DataDirectory.lock(data(), new DataDirectory.Expected(SHARDS, true))) {
            assertThat(locked.shards()).isEqualTo(SHARDS);
            assertThat(locked.division()).doesNotExist();
        }
        assertThat(contents(SHARDS)).isEqualTo(expected());
        for (int shard = 0; shard < SHARDS; shard++) {
            assertThat(ShardPlan.directory(data(), shard).resolve("log")).doesNotExist();
            assertThat(ShardPlan.terms(data(), shard)).exists();
        }
    }

    @Test
    void dividesSeveralShardsTooAndSaysHowManySessionsItHasEnded() throws Exception {
        fill(2);
        assertThatThrownBy(() -> Adoption.adopt(member(), 1))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("has 2 shards")
                .hasMessageContaining("not fewer");
        assertThat(Adoption.adopt(member(), 5)).isEqualTo(new Adoption.Adopted(2, 5, 2));
        assertThat(contents(5)).isEqualTo(expected());
    }

    @Test
    void keepsTheSessionsWhereTheShardsStay() throws Exception {
        fill(1);
        assertThat(Adoption.adopt(member(), 0)).isEqualTo(new Adoption.Adopted(1, 1, 0));
        try (LmdbStore store =
                LmdbStore.open(ShardPlan.directory(data(), 0).resolve("store"), StoreOptions.defaults(), () -> {})) {
            assertThat(new ReplicatedMachine(store, 0, 1).catalog().sessions()).hasSize(1);
        }
    }

    @Test
    void refusesWhatIsPreparedAndNamesIt() throws Exception {
        SluiceServer server = SluiceServer.start(alone());
        try (XAConnection connection =
                        new SluiceConnectionFactory("sluice://localhost:" + server.port()).createXAConnection();
                XASession session = connection.createXASession()) {
            XAResource resource = session.getXAResource();
            Xid xid = new BranchXid(7, new byte[] {1}, new byte[] {2});
            resource.start(xid, XAResource.TMNOFLAGS);
            session.createProducer(session.createQueue("queue")).send(session.createTextMessage("text"));
            resource.end(xid, XAResource.TMSUCCESS);
            assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        } finally {
            server.stop();
        }
        assertThatThrownBy(() -> Adoption.adopt(member(), SHARDS))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("(prepared)")
                .hasMessageContaining("sluice transactions");
        commitPrepared();
        assertThat(Adoption.adopt(member(), SHARDS).isDivided()).isTrue();
        assertThat(contents(SHARDS)).containsEntry("queue", 1L);
    }

    private void commitPrepared() throws JMSException, XAException {
        try (SluiceServer again = SluiceServer.start(alone());
                XAConnection connection =
                        new SluiceConnectionFactory("sluice://localhost:" + again.port()).createXAConnection();
                XASession session = connection.createXASession()) {
            Xid[] found = session.getXAResource().recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
            assertThat(found).hasSize(1);
            session.getXAResource().commit(found[0], false);
        }
    }
}
