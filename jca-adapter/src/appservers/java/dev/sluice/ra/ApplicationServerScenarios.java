package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.XAConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The adapter in an application server, with an application that has a database as its other resource. A subclass says which server; it runs for
 * all scenarios, one after the other.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class ApplicationServerScenarios {
    private static final int KILLS = Integer.getInteger("appservers.kills", 20);
    private static final String ORDERS = Application.ORDERS.context();
    static final int REDEPLOYMENTS = Integer.getInteger("appservers.redeployments", 20);
    private static final int FEW = 3;
    private static final int ORDERS_A_ROUND = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private Path directory;
    private Broker broker;
    private ApplicationServer server;

    /** Unpacks the server, for a Sluice with this URL. */
    abstract ApplicationServer unpack(Path into, String sluiceUrl) throws IOException;

    @BeforeAll
    void start() throws Exception {
        directory = Files.createTempDirectory("sluice-appserver-");
        broker = new Broker(directory);
        broker.addUser("app", "secret");
        broker.start();
        server = unpack(directory, broker.url());
        server.setUp(rar());
        server.deploy(Application.ORDERS.pack(directory, server));
        server.start(ORDERS);
    }

    final ApplicationServer server() {
        return server;
    }

    static Path rar() {
        return Path.of(System.getProperty("sluice.rar", "target/sluice.rar"));
    }

    /** While the server runs. */
    final void deployOrders() throws IOException {
        server.deploy(Application.ORDERS.pack(directory, server));
        server.awaitAnswer(ORDERS);
    }

    /** Returns when its bill is there. */
    final void takeAnOrder(String order) {
        put(List.of(order));
        Awaitility.await(order).atMost(PATIENCE).until(() -> browse("out").contains(order));
    }

    @BeforeEach
    void empty() throws Exception {
        server.get(ORDERS, "clear", "");
        for (String queue :
                List.of("in", "out", "sent", "gate", "through", "own", "DLQ.own", "defined", "orders", "receipts")) {
            List<String> ignored = Broker.drain(url(), queue);
        }
    }

    @AfterAll
    void stop() throws Exception {
        if (server != null) {
            System.out.println("---- what " + server + " warned of since its last start:");
            server.log().lines().filter(server::isWarning).limit(40).forEach(System.out::println);
            server.close();
        }
        broker.close();
        try (var files = Files.walk(directory)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private String url() {
        return broker.url() + "?user=app&password=secret";
    }

    private List<String> rows() throws IOException, InterruptedException {
        return server.get(ORDERS, "rows", "");
    }

    private static List<String> numbered(String prefix, int count) {
        List<String> all = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            all.add(prefix + number);
        }
        return all;
    }

    private void put(List<String> orders) {
        try (JMSContext context = new SluiceConnectionFactory(url()).createContext(JMSContext.SESSION_TRANSACTED)) {
            orders.forEach(order -> context.createProducer().send(context.createQueue("in"), order));
            context.commit();
        }
    }

    @Test
    void whatIsSentFollowsItsTransactionAndWhatABeanRefusesComesAgain() throws Exception {
        server.get(ORDERS, "rollback", "a");
        server.get(ORDERS, "send", "b");
        server.get(ORDERS, "commit", "c");
        assertThat(Broker.drain(url(), "sent")).containsExactly("b", "c");

        put(List.of("one", "refused", "two"));
        Awaitility.await("the rows")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(rows()).containsExactlyInAnyOrder("one 1", "refused 2", "two 1"));
        Awaitility.await("the bills")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browse("out")).containsExactlyInAnyOrder("one", "refused", "two"));

        // The broker goes under load, and all resumes by itself.
        List<String> orders = numbered("load", 500);
        put(orders);
        broker.kill();
        broker.start();
        long back = System.nanoTime();
        int before = rows().size();
        Awaitility.await("it goes on by itself")
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> rows().size() > before || before == 503);
        System.out.println("it went on " + (System.nanoTime() - back) / 1_000_000 + " ms after the broker was back");
        Awaitility.await("all orders").atMost(PATIENCE).until(() -> rows().size() == 503);
        System.out.println(
                "500 orders were done " + (System.nanoTime() - back) / 1_000_000 + " ms after the broker was back");
        Awaitility.await("all bills").atMost(PATIENCE).until(() -> browse("out").size() == 503);
    }

    private List<String> browse(String queue) throws Exception {
        List<String> texts = new ArrayList<>();
        try (JMSContext context = new SluiceConnectionFactory(url()).createContext();
                var browser = context.createBrowser(context.createQueue(queue))) {
            var messages = browser.getEnumeration();
            while (messages.hasMoreElements()) {
                texts.add(((jakarta.jms.TextMessage) messages.nextElement()).getText());
            }
        }
        return texts;
    }

    /** How often the first message of a dead-letter queue was delivered before it came there. */
    private int deliveries(String queue) throws Exception {
        try (JMSContext context = new SluiceConnectionFactory(url()).createContext();
                var browser = context.createBrowser(context.createQueue(queue))) {
            jakarta.jms.Message first =
                    (jakarta.jms.Message) browser.getEnumeration().nextElement();
            return first.getIntProperty("JMS_SLUICE_DLQ_DELIVERIES");
        }
    }

    @Test
    void bothSidesAgreeHoweverOftenTheServerIsKilled() throws Exception {
        Random random = new Random(Long.getLong("seed", 1));
        List<String> orders = new ArrayList<>();
        int inDoubt = 0;
        for (int round = 0; round < KILLS; round++) {
            orders.addAll(killInTheMiddle("r" + round + "-", random));
            inDoubt += inDoubt();
            server.start(ORDERS);
            awaitAgreement("round " + round, orders);
        }
        System.out.println(KILLS + " kills, " + orders.size() + " orders, in doubt after a kill: " + inDoubt);
        assertThat(inDoubt).as("kills in the middle of two phases").isPositive();
    }

    @Test
    void aThreadWhoseTransactionTimedOutSendsNothing() throws Exception {
        System.out.println("after a timeout: " + server.get(ORDERS, "late", "x"));
        server.get(ORDERS, "send", "b");
        assertThat(Broker.drain(url(), "sent")).containsExactly("b");
    }

    @Test
    void tenMessagesOfABeanAreUnderWayAtOnceAndNotMore() throws Exception {
        List<String> texts = numbered("g", 50);
        Broker.put(url(), "gate", texts.toArray(new String[0]));
        Awaitility.await("all are through")
                .atMost(PATIENCE)
                .until(() -> browse("through").size() == texts.size());
        assertThat(Broker.drain(url(), "through")).containsExactlyInAnyOrderElementsOf(texts);
        assertThat(server.get(ORDERS, "most", "")).containsExactly("10");
    }

    @Test
    void anApplicationDefinesItsOwnFactoryAndQueueAndHowOftenABeanTries() throws Exception {
        String defined = Application.DEFINED.context();
        server.deploy(Application.DEFINED.pack(directory, server));
        server.awaitAnswer(defined);
        List<String> ignored = server.get(defined, "send", "a");
        Awaitility.await("what its bean sent on")
                .atMost(PATIENCE)
                .until(() -> browse("defined").equals(List.of("a")));
        Broker.put(url(), "own", "broken");
        Awaitility.await("what its bean never takes")
                .atMost(PATIENCE)
                .until(() -> browse("DLQ.own").equals(List.of("broken")));
        assertThat(deliveries("DLQ.own")).isEqualTo(3);
        server.undeploy(defined + ".war");
        Broker.put(url(), "own", "nobody takes it");
        assertThat(Broker.drain(url(), "own")).containsExactly("nobody takes it");
        assertThat(Broker.drain(url(), "defined")).containsExactly("a");
    }

    /** The last: Open Liberty asks for ever after what the example has defined itself, before it ends what is in doubt. */
    @Test
    @Order(Integer.MAX_VALUE)
    void theExampleSendsAReceiptForEachOrder() throws Exception {
        server.deploy(Application.SHOP.pack(directory, server));
        Awaitility.await("the shop opens")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreException(IOException.class)
                .until(() -> server.get("/shop/orders").isEmpty());
        server.post("/shop/orders", "order=a+gate");
        server.post("/shop/orders", "order=a+lock");
        Awaitility.await("the receipts")
                .atMost(PATIENCE)
                .until(() -> server.get("/shop/orders").size() >= 2);
        server.undeploy("shop.war");
        assertThat(Broker.drain(url(), "receipts"))
                .containsExactlyInAnyOrder("receipt for a gate", "receipt for a lock");
        assertThat(Broker.drain(url(), "orders")).isEmpty();
    }

    @Test
    void nothingGrowsWhenAnApplicationIsRedeployedAgainAndAgain() throws Exception {
        server.deploy(Application.WATCH.pack(directory, server));
        server.awaitAnswer(Application.WATCH.context());
        server.deploy(Application.BARE.pack(directory, server));
        server.awaitAnswer(Application.BARE.context());
        List<Footprint> bare = redeployed(Application.BARE);
        List<Footprint> orders = redeployed(Application.ORDERS);
        System.out.println("without messages: " + bare + "\nwith messages: " + orders);
        Footprint first = orders.get(0);
        Footprint last = orders.get(1);
        assertThat(last.threadsOfSluice()).isEqualTo(first.threadsOfSluice());
        assertThat(last.connections()).isEqualTo(first.connections());
        int more = last.threads() - first.threads();
        assertThat(more)
                .isLessThanOrEqualTo(
                        Math.max(0, bare.get(1).threads() - bare.get(0).threads()) + 5);
        int loaders = first.loaders()
                + Math.max(0, bare.get(1).loaders() - bare.get(0).loaders())
                + 2;
        // Threads at rest may know the last application for a while.
        Awaitility.await("class loaders")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(Footprint.loaders(server, Application.ORDERS.probe()))
                        .isLessThanOrEqualTo(loaders));
        System.out.println("class loaders of the application: " + Footprint.loaders(server, Application.ORDERS.probe())
                + " after " + REDEPLOYMENTS);
    }

    /** What the server held after a few times, and after all of them. */
    private List<Footprint> redeployed(Application application) throws Exception {
        List<Footprint> seen = new ArrayList<>();
        Path war = application.pack(directory, server);
        for (int time = 1; time <= REDEPLOYMENTS; time++) {
            server.undeploy(war.getFileName().toString());
            server.deploy(war);
            server.awaitAnswer(application.context());
            if (application == Application.ORDERS) {
                takeAnOrder("after-" + time);
            }
            if (time == FEW || time == REDEPLOYMENTS) {
                seen.add(Footprint.of(server, application));
            }
        }
        return seen;
    }

    @Test
    void bothSidesAgreeWhenTheBrokerIsBackLast() throws Exception {
        Random random = new Random(Long.getLong("seed", 2));
        List<String> orders = new ArrayList<>();
        int inDoubt = 0;
        for (int round = 0; round < Math.max(1, KILLS / 4); round++) {
            orders.addAll(killInTheMiddle("b" + round + "-", random));
            inDoubt += inDoubt();
            broker.kill();
            server.begin();
            // By then it has looked for what is in doubt.
            letPass(25_000);
            broker.start();
            server.awaitAnswer(ORDERS);
            awaitAgreement("round " + round, orders);
        }
        System.out.println("broker back last: in doubt after the kills: " + inDoubt);
    }

    /** Puts orders, and kills the server while it works on them. */
    private List<String> killInTheMiddle(String prefix, Random random) throws Exception {
        List<String> orders = numbered(prefix, ORDERS_A_ROUND);
        int before = browse("out").size();
        put(orders);
        Awaitility.await("it is in the middle")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> browse("out").size() > before);
        letPass(random.nextInt(300));
        server.kill();
        return orders;
    }

    private void awaitAgreement(String when, List<String> orders) throws Exception {
        Awaitility.await(when + ": all orders are done, and nothing is in doubt")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> {
                    assertThat(browse("out").size()).as("bills").isGreaterThanOrEqualTo(orders.size());
                    assertThat(inDoubt()).as("in doubt").isZero();
                });
        List<String> rows =
                rows().stream().map(row -> row.substring(0, row.indexOf(' '))).toList();
        assertThat(browse("out")).as("bills").containsExactlyInAnyOrderElementsOf(orders);
        assertThat(rows).as("rows").containsExactlyInAnyOrderElementsOf(orders);
        assertThat(browse("in")).isEmpty();
    }

    private int inDoubt() throws Exception {
        try (XAConnection connection = new SluiceConnectionFactory(url()).createXAConnection()) {
            return connection
                    .createXASession()
                    .getXAResource()
                    .recover(javax.transaction.xa.XAResource.TMSTARTRSCAN | javax.transaction.xa.XAResource.TMENDRSCAN)
                    .length;
        }
    }

    private static void letPass(int millis) throws InterruptedException {
        boolean ignored = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }
}
