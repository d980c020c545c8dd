package dev.sluice.chaos;

import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import dev.sluice.SluiceConnectionFactory;
import dev.sluice.SluiceRecovery;
import dev.sluice.system.Database;
import dev.sluice.system.Fate;
import dev.sluice.system.FirstConnect;
import dev.sluice.system.Narayana;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jboss.tm.XAResourceWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Moves messages one by one in global transactions, in which a row with the message's name also goes to a database. There is one in a
 * process, as there is one transaction manager. First and last of all it ends what is in doubt.
 */
final class GlobalMover extends Worker {
    private static final String SERVERS = "sluice";
    private static final String DATABASE = "database";
    private static final long RECEIVE_MILLIS = 200;
    private static final int ONE_OF_THESE_IS_ROLLED_BACK = 10;

    /** Longer than any fault: what a timeout ended would not be told from what was lost. */
    private static final int TRANSACTION_SECONDS = 600;

    private static final long IN_DOUBT_NANOS_MAX = TimeUnit.MINUTES.toNanos(3);

    private @Nullable Database database;

    GlobalMover(Order order) {
        super(order);
    }

    /** Where the worker of that name has its database. */
    static Path directory(Path run, String name) {
        return run.resolve(name);
    }

    @Override
    void live(String maker) throws Exception {
        Database other = database();
        try (XAConnection connection = FirstConnect.of(factory("&prefetch=1")::createXAConnection)) {
            XASession session = connection.createXASession();
            MessageConsumer from =
                    session.createConsumer(destination(session, order.part().from()));
            MessageProducer to =
                    session.createProducer(destination(session, order.part().to()));
            connection.start();
            XAResource queues = session.getXAResource();
            endWhatIsInDoubt(queues, other);
            int step = 0;
            while (phase.isRunning()) {
                enlist(queues, other);
                Message message = from.receive(RECEIVE_MILLIS);
                if (message != null) {
                    Stamp stamp = Stamp.read(message, journal);
                    other.insert(stamp.maker() + " " + stamp.number());
                    to.send(stamp.movedBy(maker, step).message(session));
                    step++;
                }
                finish(message != null);
                if (Narayana.logged() > 0) {
                    endWhatIsInDoubt(queues, other);
                }
            }
            endWhatIsInDoubt(queues, other);
        } finally {
            rollBackWhatIsOpen();
        }
    }

    private static TransactionManager manager() {
        return Narayana.manager();
    }

    private void enlist(XAResource queues, Database other) throws Exception {
        manager().setTransactionTimeout(TRANSACTION_SECONDS);
        manager().begin();
        Transaction transaction = manager().getTransaction();
        List<XAResource> resources =
                new ArrayList<>(List.of(Fate.named(queues, SERVERS), Fate.named(other.resource(), DATABASE)));
        if (order.random().nextBoolean()) {
            Collections.reverse(resources);
        }
        for (XAResource resource : resources) {
            if (!transaction.enlistResource(resource)) {
                throw new IllegalStateException("a resource was not enlisted");
            }
        }
    }

    private void finish(boolean hasWork) throws Exception {
        if (!hasWork) {
            manager().rollback();
            return;
        }
        if (order.random().nextInt(ONE_OF_THESE_IS_ROLLED_BACK) == 0) {
            manager().rollback();
            journal.undone();
            return;
        }
        long begun = System.nanoTime();
        try {
            manager().commit();
            journal.ended("global commit", begun);
            journal.moved(1, begun);
        } catch (RollbackException e) {
            // Right when this client was away for too long, and then the message comes again.
            journal.failed(e);
        }
    }

    private static void rollBackWhatIsOpen() throws Exception {
        if (manager().getTransaction() != null) {
            manager().rollback();
        }
    }

    private Database database() throws Exception {
        Database open = database;
        if (open == null) {
            Path own = Files.createDirectories(
                    directory(order.directory(), order.part().name()));
            Narayana.start(own.resolve("transactions"), order.part().name());
            open = Database.open(own);
            database = open;
            Narayana.asks(open.recovery(DATABASE));
            SluiceRecovery recovery = new SluiceRecovery(new SluiceConnectionFactory(order.url()))
                    .named(SERVERS, XAResourceWrapper.class);
            Narayana.asks(recovery.as(XAResourceRecoveryHelper.class));
        }
        return open;
    }

    /** Passes of the recovery until nothing is in doubt on either side, and nothing is in the log. */
    private void endWhatIsInDoubt(XAResource queues, Database other) throws Exception {
        long begun = System.nanoTime();
        List<String> left = inDoubt(queues, other);
        while (!left.isEmpty()) {
            if (System.nanoTime() - begun > IN_DOUBT_NANOS_MAX) {
                journal.wrong("still in doubt: " + left);
                return;
            }
            Narayana.recover();
            left = inDoubt(queues, other);
        }
        journal.ended("recovery", begun);
    }

    /** Of this worker alone: another one with the same resource is at work. */
    private List<String> inDoubt(XAResource queues, Database other) throws Exception {
        List<String> found = new ArrayList<>();
        count(DATABASE, other.inDoubt(), found);
        count(SERVERS, queues, found);
        if (Narayana.logged() > 0) {
            found.add("log " + Narayana.logged());
        }
        return found;
    }

    private void count(String name, XAResource resource, List<String> found) throws JMSException {
        try {
            int count = Narayana.ofThisNode(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN));
            if (count > 0) {
                found.add(name + " " + count);
            }
        } catch (XAException away) {
            found.add(name + " " + away);
        }
    }
}
