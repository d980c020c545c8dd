package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.SluiceConnectionFactory;
import dev.sluice.SluiceRecovery;
import jakarta.jms.Connection;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.awaitility.Awaitility;
import org.h2.jdbcx.JdbcDataSource;
import org.jboss.tm.XAResourceWrapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Global transactions under a real transaction manager in one JVM: what commits, rolls back, runs out of time or is suspended. */
class NarayanaIT {
    private static final int RECEIVE_MILLIS = 10_000;
    private static final int MANY_PASSES = 20;

    @RegisterExtension
    final ServerProcess one = ServerProcess.with();

    @RegisterExtension
    final ServerProcess other = ServerProcess.with("--heartbeat", "500ms");

    private final TransactionManager manager = Narayana.manager();
    private final List<AutoCloseable> open = new ArrayList<>();
    private XASession session;
    private Queue in;
    private Queue out;
    private MessageConsumer from;
    private java.sql.Connection database;
    private XAResource databaseResource;

    private record Name(int getFormatId, byte[] getGlobalTransactionId, byte[] getBranchQualifier) implements Xid {}

    @BeforeAll
    static void startNarayana() throws Exception {
        // The manager goes on until this JVM ends, and so does its log.
        Narayana.start(Path.of("target", "narayana-" + ProcessHandle.current().pid()), "it");
    }

    @BeforeEach
    void connect() throws Exception {
        session = session(one);
        in = session.createQueue("in");
        out = session.createQueue("out");
        from = session.createConsumer(in);
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + System.nanoTime());
        javax.sql.XAConnection connection = source.getXAConnection();
        open.add(connection::close);
        databaseResource = connection.getXAResource();
        database = connection.getConnection();
        database.createStatement().execute("CREATE TABLE moved (text VARCHAR)");
    }

    @AfterEach
    void close() throws Exception {
        if (manager.getStatus() != Status.STATUS_NO_TRANSACTION) {
            manager.rollback();
        }
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private XASession session(ServerProcess server) throws JMSException {
        XAConnection connection = new SluiceConnectionFactory(server.url()).createXAConnection();
        open.add(connection);
        connection.start();
        return connection.createXASession();
    }

    private static void put(ServerProcess server, Queue queue, String text) {
        try (JMSContext context = server.factory().createContext()) {
            context.createProducer().send(queue, text);
        }
    }

    /** What is in a queue, which is empty afterwards. */
    private static List<String> drain(ServerProcess server, Queue queue) {
        List<String> texts = new ArrayList<>();
        try (JMSContext context = server.factory().createContext();
                JMSConsumer consumer = context.createConsumer(queue)) {
            for (String text = consumer.receiveBodyNoWait(String.class);
                    text != null;
                    text = consumer.receiveBodyNoWait(String.class)) {
                texts.add(text);
            }
        }
        return texts;
    }

    private int rows() throws SQLException {
        try (ResultSet count = database.createStatement().executeQuery("SELECT COUNT(*) FROM moved")) {
            count.next();
            return count.getInt(1);
        }
    }

    private void enlist(XAResource... resources) throws Exception {
        for (XAResource resource : resources) {
            assertThat(manager.getTransaction().enlistResource(resource)).isTrue();
        }
    }

    private String receive() throws JMSException {
        return ((TextMessage) from.receive(RECEIVE_MILLIS)).getText();
    }

    private void send(XASession by, String text) throws JMSException {
        by.createProducer(out).send(by.createTextMessage(text));
    }

    private void move() throws Exception {
        String text = receive();
        database.createStatement().execute("INSERT INTO moved VALUES ('" + text + "')");
        send(session, text);
    }

    @Test
    void aCommitIsSeenOnBothSides() throws Exception {
        put(one, in, "a");
        manager.begin();
        enlist(session.getXAResource(), databaseResource);
        move();
        assertThat(drain(one, out)).isEmpty();
        manager.commit();
        assertThat(drain(one, out)).containsExactly("a");
        assertThat(rows()).isEqualTo(1);
        assertThat(Narayana.logged()).isZero();
    }

    @Test
    void aRollbackIsSeenOnNeither() throws Exception {
        put(one, in, "a");
        for (int time = 0; time < 2; time++) {
            manager.begin();
            enlist(databaseResource, session.getXAResource());
            move();
            manager.rollback();
            assertThat(rows()).isZero();
        }
        from.close();
        assertThat(drain(one, in)).containsExactly("a");
        assertThat(drain(one, out)).isEmpty();
    }

    @Test
    void whatIsOutOfTimeIsRolledBack() throws Exception {
        put(one, in, "a");
        manager.setTransactionTimeout(1);
        try {
            manager.begin();
        } finally {
            manager.setTransactionTimeout(0);
        }
        enlist(session.getXAResource(), databaseResource);
        move();
        Awaitility.await("the end of its time")
                .atMost(Duration.ofSeconds(20))
                .pollInSameThread()
                .until(() -> manager.getStatus() == Status.STATUS_ROLLEDBACK);
        assertThatThrownBy(manager::commit).isInstanceOf(RollbackException.class);
        assertThat(rows()).isZero();
        assertThat(drain(one, out)).isEmpty();
        // Nobody tells the session that this thread knows, and what it did now would be done at once.
        assertThatThrownBy(this::receive).isInstanceOf(TransactionRolledBackException.class);
        manager.begin();
        enlist(session.getXAResource());
        assertThat(receive()).isEqualTo("a");
        manager.commit();
    }

    @Test
    void aSuspendedTransactionLetsAnotherPassAndGoesOnInAnotherThread() throws Exception {
        put(one, in, "a");
        manager.begin();
        enlist(session.getXAResource(), databaseResource);
        move();
        manager.getTransaction().delistResource(session.getXAResource(), XAResource.TMSUSPEND);
        Transaction first = manager.suspend();
        manager.begin();
        enlist(session.getXAResource());
        send(session, "b");
        manager.commit();
        assertThat(drain(one, out)).containsExactly("b");

        CompletableFuture.runAsync(() -> {
                    try {
                        manager.resume(first);
                        enlist(session.getXAResource());
                        send(session, "c");
                        manager.commit();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                })
                .get(30, TimeUnit.SECONDS);
        assertThat(drain(one, out)).containsExactly("a", "c");
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void twoServersCommitTogether() throws Exception {
        put(one, in, "a");
        XASession there = session(other);
        assertThat(session.getXAResource().isSameRM(there.getXAResource())).isFalse();
        for (boolean commit : new boolean[] {false, true}) {
            manager.begin();
            enlist(session.getXAResource(), there.getXAResource());
            send(there, receive());
            if (commit) {
                manager.commit();
            } else {
                manager.rollback();
            }
            assertThat(drain(other, out)).hasSize(commit ? 1 : 0);
        }
        from.close();
        assertThat(drain(one, in)).isEmpty();
    }

    @Test
    void twoSessionsOfOneServerWorkForOneBranch() throws Exception {
        XASession second = session(one);
        manager.begin();
        enlist(session.getXAResource(), second.getXAResource());
        send(session, "a");
        send(second, "b");
        manager.commit();
        // A send in a transaction is not waited for, and the order between two sessions is not promised (JMS 6.2.9).
        assertThat(drain(one, out)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void theRecoveryFailsAtOnceWhileTheServerIsAwayAndLeavesNothingBehind() throws Exception {
        Xid xid = new Name(4711, "g".getBytes(StandardCharsets.UTF_8), new byte[] {1});
        XAResource working = session.getXAResource();
        working.start(xid, XAResource.TMNOFLAGS);
        send(session, "a");
        working.end(xid, XAResource.TMSUCCESS);
        assertThat(working.prepare(xid)).isEqualTo(XAResource.XA_OK);
        SluiceConnectionFactory factory = new SluiceConnectionFactory(one.url() + "?client.id=only-one");
        try (SluiceRecovery recovery = new SluiceRecovery(factory)) {
            XAResourceRecoveryHelper helper = recovery.as(XAResourceRecoveryHelper.class);
            assertThat(helper.initialise("")).isTrue();
            try (Connection holder = factory.createConnection()) {
                XAResource first = helper.getXAResources()[0];
                assertThat(helper.getXAResources()).containsExactly(first);
                assertThat(holder.getClientID()).isEqualTo("only-one");
            }
            int threads = Thread.activeCount();
            long files = openFiles();
            one.kill();
            for (int pass = 0; pass < MANY_PASSES; pass++) {
                long started = System.nanoTime();
                assertThatThrownBy(helper::getXAResources).isInstanceOf(JMSException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
            }
            assertThat(Thread.activeCount()).isLessThan(threads + MANY_PASSES / 2);
            assertThat(openFiles()).isLessThan(files + MANY_PASSES / 2);
            one.start();
            XAResource second = helper.getXAResources()[0];
            assertThat(second.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                    .hasSize(1);
            second.rollback(xid);
            recovery.close();
            assertThatThrownBy(helper::getXAResources).isInstanceOf(jakarta.jms.IllegalStateException.class);
        }
    }

    @Test
    void theRecoveryDoesNotWaitForAServerThatHangs() throws Exception {
        try (SluiceRecovery recovery =
                new SluiceRecovery(new SluiceConnectionFactory(other.url() + "?heartbeat=500ms&connect.timeout=1s"))) {
            XAResource before = recovery.getXAResources()[0];
            signal("STOP");
            try {
                for (int pass = 0; pass < 2; pass++) {
                    long started = System.nanoTime();
                    assertThatThrownBy(recovery::getXAResources).isInstanceOf(JMSException.class);
                    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
                }
            } finally {
                signal("CONT");
            }
            assertThat(recovery.getXAResources()[0]).isNotSameAs(before);
        }
    }

    private void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(other.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static long openFiles() {
        return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getOpenFileDescriptorCount();
    }

    @Test
    void aNamedResourceIsStillTheSame() throws Exception {
        try (SluiceRecovery recovery =
                new SluiceRecovery(new SluiceConnectionFactory(one.url())).named("orders", XAResourceWrapper.class)) {
            XAResource plain = session.getXAResource();
            XAResourceWrapper named = (XAResourceWrapper) recovery.getXAResources()[0];
            assertThat(recovery.getXAResources()[0]).isSameAs(named);
            assertThat(named.getJndiName()).isEqualTo("orders");
            assertThat(named.getProductName()).isEqualTo("Sluice");
            assertThat(named.isSameRM(named)).isTrue();
            assertThat(named.isSameRM(named.getResource())).isTrue();
            assertThat(named.isSameRM(plain)).isTrue();
            assertThat(named.isSameRM(databaseResource)).isFalse();
            assertThat(java.util.Set.of(named)).contains(named);
            assertThat(named).hasToString(named.getResource().toString());
            assertThatThrownBy(() -> recovery.as(Runnable.class)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> recovery.as(String.class)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
