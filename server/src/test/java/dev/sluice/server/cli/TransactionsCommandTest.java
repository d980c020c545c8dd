package dev.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.link.BranchXid;
import dev.sluice.server.ServerConfig;
import dev.sluice.server.SluiceServer;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do when a transaction manager does not come back. */
class TransactionsCommandTest {
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each test
    private SluiceServer server;

    @SuppressWarnings("NullAway.Init") // before each test
    private XAConnection connection;

    private final Xid xid = new BranchXid(131_077, narayana("node-7"), "b".getBytes(StandardCharsets.UTF_8));

    private static byte[] narayana(String node) {
        byte[] name = node.getBytes(StandardCharsets.UTF_8);
        byte[] global = new byte[28 + name.length];
        System.arraycopy(name, 0, global, 28, name.length);
        return global;
    }

    @BeforeEach
    void prepare() throws Exception {
        server = SluiceServer.start(ServerConfig.defaults().withData(directory).withPort(0));
        connection = new SluiceConnectionFactory("sluice://localhost:" + server.port()).createXAConnection();
        XASession session = connection.createXASession();
        session.getXAResource().start(xid, XAResource.TMNOFLAGS);
        session.createProducer(session.createQueue("orders")).send(session.createTextMessage("one"));
        session.getXAResource().end(xid, XAResource.TMSUCCESS);
        assertThat(session.getXAResource().prepare(xid)).isEqualTo(XAResource.XA_OK);
    }

    @AfterEach
    void stop() throws Exception {
        connection.close();
        server.stop();
    }

    private CommandRun run(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "transactions";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return new CommandRun()
                .with("SLUICE_URL", "sluice://localhost:" + server.port())
                .run(all);
    }

    private String id() {
        Matcher matcher = ID.matcher(run("list", "--in-doubt", "--json").out());
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    @Test
    void showsWhatIsInDoubtWithTheNodeOfItsTransactionManager() {
        assertThat(run("list").out()).contains("prepared", "global", "node-7");
        assertThat(run("show", id()).out())
                .contains("\"state\":\"PREPARED\"", "\"node\":\"node-7\"", "\"sends\":1", "\"connected\":1")
                .contains("\"destinations\":[{\"name\":\"orders\",\"kind\":\"queue\",\"sends\":1,\"acknowledges\":0}]");
        assertThat(new CommandRun()
                        .with("SLUICE_URL", "sluice://localhost:" + server.port())
                        .run("destinations", "--json")
                        .out())
                .contains("\"messages\":0", "\"inTransactions\":1");
        CommandRun unknown = run("show", "999999");
        assertThat(unknown.exit()).isEqualTo(Exit.FAILURE);
        assertThat(unknown.err()).contains("999999");
    }

    @Test
    void refusesToDecideWhileTheClientIsConnectedUnlessForced() {
        String id = id();
        CommandRun refused = run("commit", id);
        assertThat(refused.exit()).isEqualTo(Exit.FAILURE);
        assertThat(refused.err()).contains("--force");
        assertThat(run("commit", "--force", id).exit()).isEqualTo(Exit.OK);
        assertThat(new CommandRun()
                        .with("SLUICE_URL", "sluice://localhost:" + server.port())
                        .run("browse", "orders")
                        .lines())
                .containsExactly("one");
    }

    @Test
    void aDecisionIsRememberedForTheTransactionManagerUntilItIsForgotten() throws Exception {
        String id = id();
        connection.close();
        assertThat(run("rollback", id).exit()).isEqualTo(Exit.OK);
        assertThat(run("rollback", id).exit()).isEqualTo(Exit.FAILURE);
        try (XAConnection back =
                new SluiceConnectionFactory("sluice://localhost:" + server.port()).createXAConnection()) {
            XAResource resource = back.createXASession().getXAResource();
            assertThat(resource.recover(XAResource.TMSTARTRSCAN)).hasSize(1);
            XAException heard =
                    org.junit.jupiter.api.Assertions.assertThrows(XAException.class, () -> resource.commit(xid, false));
            assertThat(heard.errorCode).isEqualTo(XAException.XA_HEURRB);
        }
        assertThat(run("forget", id).exit()).isEqualTo(Exit.OK);
        assertThat(run("list", "--json").out()).isEmpty();
    }
}
