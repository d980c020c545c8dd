package dev.sluice.system;

import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import dev.sluice.SluiceConnectionFactory;
import dev.sluice.SluiceRecovery;
import dev.sluice.system.Fate.Point;
import dev.sluice.system.Fate.Victim;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jboss.tm.XAResourceWrapper;

/**
 * An application that moves messages from {@code in} to {@code out} in global transactions, each with a {@link Fate}: the number of a message
 * also goes to a database, or {@code out} is on another server. First of all it ends what a life before left in doubt.
 */
final class TwoPhaseApplication implements AutoCloseable {
    static final String IN = "in";
    static final String OUT = "out";
    static final String NUMBER = "number";
    private static final String NODE = "application";
    private static final int RECOVERY_PASSES_MAX = 30;
    private static final int RECEIVE_MILLIS = 20_000;

    private final Path directory;
    private final List<String> servers;
    private final boolean withDatabase;
    private final TransactionManager manager = Narayana.manager();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Side> sides = new ArrayList<>();
    private MessageConsumer from;
    private MessageProducer to;
    private Database database;

    /** One resource manager: the resource of the work to come, and the one that says what is in doubt. */
    private record Side(String name, XAResource work, XAResource inDoubt) {}

    /** Arguments: a directory, the URL of one server (with a database) or of two, a seed, then {@code POINT:VICTIM} for each transaction. */
    public static void main(String... arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Narayana.start(directory.resolve("transactions"), NODE);
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[2]));
        try (TwoPhaseApplication application = new TwoPhaseApplication(directory, List.of(arguments[1].split(",")))) {
            application.endWhatIsInDoubt();
            application.checkAgreement("at the start");
            for (String round : Arrays.asList(arguments).subList(3, arguments.length)) {
                String[] parts = round.split(":");
                String outcome = application.move(Point.valueOf(parts[0]), Victim.valueOf(parts[1]), random.split());
                System.out.println("---- " + round + ": " + outcome);
                application.endWhatIsInDoubt();
                application.checkAgreement("after " + round);
            }
        }
        // Threads that the transaction manager has left must not hold it.
        System.exit(0);
    }

    private TwoPhaseApplication(Path directory, List<String> servers) throws Exception {
        this.directory = directory;
        this.servers = servers;
        this.withDatabase = servers.size() == 1;
        for (String server : servers) {
            connect(server);
        }
        if (withDatabase) {
            openDatabase();
        }
    }

    private void connect(String server) throws JMSException {
        XAConnection connection = new SluiceConnectionFactory(server + "?prefetch=1").createXAConnection();
        open.add(connection);
        XASession session = connection.createXASession();
        if (from == null) {
            from = session.createConsumer(session.createQueue(IN));
        }
        to = session.createProducer(session.createQueue(OUT));
        connection.start();
        SluiceRecovery recovery =
                new SluiceRecovery(new SluiceConnectionFactory(server)).named(server, XAResourceWrapper.class);
        open.add(recovery);
        Narayana.asks(recovery.as(XAResourceRecoveryHelper.class));
        sides.add(new Side(server, session.getXAResource(), session.getXAResource()));
    }

    private void openDatabase() throws Exception {
        database = Database.open(directory);
        open.add(database);
        Narayana.asks(database.recovery("database"));
        sides.add(new Side("database", database.resource(), database.inDoubt()));
    }

    private String move(Point point, Victim victim, SplittableRandom random) throws Exception {
        List<Path> pids = new ArrayList<>();
        for (int server = 0; server < servers.size(); server++) {
            pids.add(directory.resolve("server" + server + ".pid"));
        }
        Fate fate = new Fate(point, victim, pids, random.split());
        manager.begin();
        Transaction transaction = manager.getTransaction();
        List<Side> order = new ArrayList<>(sides);
        if (random.nextBoolean()) {
            Collections.reverse(order);
        }
        for (Side side : order) {
            transaction.enlistResource(fate.over(side.work, side.name));
        }
        Message message = from.receive(RECEIVE_MILLIS);
        if (message == null) {
            manager.rollback();
            throw new IllegalStateException("nothing came from " + IN);
        }
        int number = message.getIntProperty(NUMBER);
        if (withDatabase) {
            database.insert(Integer.toString(number));
        }
        to.send(message);
        String what = number + ", first " + order.get(0).name + ": ";
        fate.commitBegins();
        try {
            manager.commit();
            return what + "committed";
        } catch (RollbackException | HeuristicMixedException | HeuristicRollbackException e) {
            return what + e;
        } finally {
            fate.commitEnded();
        }
    }

    /** Passes of the recovery until nothing is in doubt on either side, and nothing is in the log. */
    private void endWhatIsInDoubt() throws Exception {
        List<String> left = inDoubt();
        for (int pass = 0; !left.isEmpty(); pass++) {
            if (pass == RECOVERY_PASSES_MAX) {
                throw new IllegalStateException("still in doubt after " + pass + " passes: " + left);
            }
            System.out.println("---- in doubt: " + left);
            Narayana.recover();
            left = inDoubt();
        }
    }

    private List<String> inDoubt() throws Exception {
        List<String> found = new ArrayList<>();
        for (Side side : sides) {
            try {
                int count = side.inDoubt.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN).length;
                if (count > 0) {
                    found.add(side.name + " " + count);
                }
            } catch (XAException away) {
                found.add(side.name + " " + away);
            }
        }
        if (Narayana.logged() > 0) {
            found.add("log " + Narayana.logged());
        }
        return found;
    }

    /** What happened on one side has happened on the other, and once. */
    private void checkAgreement(String when) throws Exception {
        List<Integer> out = browse(servers.get(servers.size() - 1), OUT);
        List<Integer> other = withDatabase ? rows(directory) : browse(servers.get(0), IN);
        boolean agree = new TreeSet<>(out).size() == out.size()
                && (withDatabase ? out.equals(other) : Collections.disjoint(out, other));
        if (!agree) {
            throw new IllegalStateException(
                    when + ": in " + OUT + " " + out + ", in " + (withDatabase ? "the database " : IN) + other);
        }
    }

    private static List<Integer> browse(String server, String queue) throws JMSException {
        List<Integer> numbers = new ArrayList<>();
        try (JMSContext context = new SluiceConnectionFactory(server).createContext();
                QueueBrowser browser = context.createBrowser(context.createQueue(queue))) {
            for (Object each : Collections.list((java.util.Enumeration<?>) browser.getEnumeration())) {
                numbers.add(((Message) each).getIntProperty(NUMBER));
            }
        }
        Collections.sort(numbers);
        return numbers;
    }

    /** The numbers in the database of a directory, in order. */
    static List<Integer> rows(Path directory) throws SQLException {
        return Database.rows(directory).stream().map(Integer::valueOf).sorted().toList();
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }
}
