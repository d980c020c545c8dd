package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.ra.app.Counter;
import dev.sluice.ra.app.CountingBean;
import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Queue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * How many messages of 1 KiB a message-driven bean takes, one a transaction (XA, ten at a time), in one WildFly: from Sluice, and from Artemis by the
 * adapter that WildFly has for it. Both servers are processes of their own and sync. In turn; medians.
 */
class ThroughputIT {
    private static final int MESSAGES = Integer.getInteger("throughput.messages", 3_000);
    private static final int PER_COMMIT = 100;
    private static final int WARM_UP = 10;
    private static final int ROUNDS = 5;
    private static final double RATIO_MIN = 1.5;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String QUEUE = "counted";

    private Path directory;
    private Broker broker;
    private ArtemisProcess artemis;
    private WildFly server;

    @BeforeEach
    void start() throws Exception {
        directory = Files.createTempDirectory("sluice-throughput-");
        broker = new Broker(directory, List.of());
        broker.addUser("app", "secret");
        broker.start();
        artemis = new ArtemisProcess(Files.createDirectory(directory.resolve("artemis")));
        server = new WildFly(directory, broker.url());
        server.setUp(Path.of(System.getProperty("sluice.rar", "target/sluice.rar")));
        server.connectTo(artemis);
        // sluice.war would be in the way of sluice.rar: WildFly has one module for each name.
        server.deploy(war(
                "from-sluice",
                "sluice.rar",
                Map.of("destination", QUEUE, "destinationType", "jakarta.jms.Queue", "maxSessions", "10")));
        server.deploy(war(
                "from-artemis",
                "artemis",
                Map.of(
                        "destination",
                        QUEUE,
                        "destinationType",
                        "jakarta.jms.Queue",
                        "useJNDI",
                        "false",
                        "maxSession",
                        "10")));
        server.start("from-sluice");
        server.awaitAnswer("from-artemis");
    }

    @AfterEach
    void stop() throws Exception {
        System.out.println("---- what " + server + " warned of:");
        server.log().lines().filter(server::isWarning).limit(40).forEach(System.out::println);
        server.close();
        artemis.close();
        broker.close();
        try (var files = Files.walk(directory)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private Path war(String name, String adapter, Map<String, String> activation) throws IOException {
        StringBuilder properties = new StringBuilder();
        activation.forEach((property, value) -> properties
                .append("<activation-config-property><activation-config-property-name>")
                .append(property)
                .append("</activation-config-property-name><activation-config-property-value>")
                .append(value)
                .append("</activation-config-property-value></activation-config-property>"));
        String bean = "<enterprise-beans><message-driven><ejb-name>CountingBean</ejb-name>"
                + "<ejb-class>" + CountingBean.class.getName() + "</ejb-class>"
                + "<messaging-type>jakarta.jms.MessageListener</messaging-type>"
                + "<transaction-type>Container</transaction-type>"
                + "<activation-config>" + properties + "</activation-config>"
                + "</message-driven></enterprise-beans>";
        String binding = "<assembly-descriptor><r:resource-adapter-binding><ejb-name>CountingBean</ejb-name>"
                + "<r:resource-adapter-name>" + adapter + "</r:resource-adapter-name>"
                + "</r:resource-adapter-binding></assembly-descriptor>";
        return Application.pack(
                directory.resolve(name + ".war"),
                List.of(CountingBean.class, Counter.class),
                Map.of(
                        "WEB-INF/ejb-jar.xml",
                        "<ejb-jar xmlns='https://jakarta.ee/xml/ns/jakartaee' version='4.0'>" + bean + "</ejb-jar>",
                        "WEB-INF/jboss-ejb3.xml",
                        "<jboss:ejb-jar xmlns:jboss='urn:jboss:jakartaee:1.0' xmlns='https://jakarta.ee/xml/ns/jakartaee'"
                                + " xmlns:r='urn:resource-adapter-binding:2.0' version='4.0'>" + binding
                                + "</jboss:ejb-jar>"));
    }

    @Test
    void aBeanTakesMoreFromSluiceThanFromArtemis() throws Exception {
        ConnectionFactory sluice = new SluiceConnectionFactory(broker.url() + "?user=app&password=secret");
        try (ActiveMQConnectionFactory other = new ActiveMQConnectionFactory(artemis.url())) {
            List<Double> ours = new ArrayList<>();
            List<Double> theirs = new ArrayList<>();
            for (int round = 0; round < WARM_UP + ROUNDS; round++) {
                double our = perSecond("from-sluice", sluice);
                double their = perSecond("from-artemis", other);
                System.out.printf("round %d: Sluice %.0f, Artemis %.0f messages/s%n", round, our, their);
                if (round >= WARM_UP) {
                    ours.add(our);
                    theirs.add(their);
                }
            }
            double ratio = median(ours) / median(theirs);
            System.out.printf(
                    "a bean takes %.0f messages/s from Sluice, %.0f from Artemis: %.2f times as many%n",
                    median(ours), median(theirs), ratio);
            assertThat(ratio).isGreaterThanOrEqualTo(RATIO_MIN);
        }
    }

    private static double median(List<Double> figures) {
        return figures.stream().sorted().toList().get(figures.size() / 2);
    }

    private double perSecond(String application, ConnectionFactory factory) throws Exception {
        long before = count(application);
        long begun = System.nanoTime();
        try (JMSContext context = factory.createContext(JMSContext.SESSION_TRANSACTED)) {
            Queue queue = context.createQueue(QUEUE);
            JMSProducer producer = context.createProducer();
            for (int number = 0; number < MESSAGES; number++) {
                BytesMessage message = context.createBytesMessage();
                message.writeBytes(new byte[1024]);
                producer.send(queue, message);
                if ((number + 1) % PER_COMMIT == 0) {
                    context.commit();
                }
            }
            context.commit();
        }
        Awaitility.await("all are taken")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> count(application) >= before + MESSAGES);
        assertThat(count(application)).as("each once").isEqualTo(before + MESSAGES);
        return MESSAGES / ((System.nanoTime() - begun) / 1e9);
    }

    private long count(String application) throws IOException, InterruptedException {
        return Long.parseLong(server.get(application, "count", "").get(0));
    }
}
