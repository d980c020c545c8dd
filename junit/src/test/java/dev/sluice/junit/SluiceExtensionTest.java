package dev.sluice.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventType.FINISHED;

import dev.sluice.Sluice;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** What tests leave behind, how long they wait, and what they are told; alone, since it looks at all threads of the JVM. */
@ResourceLock(Resources.GLOBAL)
class SluiceExtensionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int SERVERS = 20;
    private static final long WARM_MILLIS_MAX = 300;

    private static final List<Long> NANOS = new ArrayList<>();
    private static final List<JMSContext> CONTEXTS = new ArrayList<>();
    private static final List<Connection> FORGOTTEN = new ArrayList<>();

    /** Tidy tests, and one that is not. */
    @SluiceServer(per = SluiceServer.Per.METHOD)
    static final class Leaving {
        @Test
        void closesNothing(ConnectionFactory factory, JMSContext context) throws Exception {
            CONTEXTS.add(context);
            Connection connection = factory.createConnection();
            FORGOTTEN.add(connection);
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            session.createConsumer(session.createQueue("heard")).setMessageListener(message -> {});
            connection.start();
            // Large enough for a file, where there is one.
            context.createProducer().send(context.createQueue("large"), new byte[3 << 20]);
            assertThat(context.createConsumer(context.createQueue("large")).receiveBody(byte[].class, 10_000))
                    .hasSize(3 << 20);
        }

        @Test
        void fails(JMSContext context) {
            CONTEXTS.add(context);
            throw new IllegalStateException("on purpose");
        }
    }

    /** From the annotation to a message that came. */
    static final class Timed {
        private long begun;

        @BeforeEach
        void begin() {
            begun = System.nanoTime();
        }

        @Test
        @SluiceServer
        void arrives(JMSContext context) {
            context.createProducer().send(context.createQueue("timed"), "a");
            assertThat(context.createConsumer(context.createQueue("timed")).receiveBody(String.class, 10_000))
                    .isEqualTo("a");
            NANOS.add(System.nanoTime() - begun);
        }
    }

    /** Without the annotation. */
    @ExtendWith(SluiceExtension.class)
    static final class Without {
        @Test
        void asks(JMSContext context) {}
    }

    /** With a method for all tests that wants what each test has. */
    @SluiceServer(per = SluiceServer.Per.METHOD)
    static final class TooEarly {
        @BeforeAll
        static void asks(TestServer server) {}

        @Test
        void never() {}
    }

    /** With an option that there is not. */
    @SluiceServer(options = "prefech=1")
    static final class Mistyped {
        @Test
        void never(JMSContext context) {}
    }

    @Test
    void nothingIsLeftBehind() throws IOException {
        Set<Thread> threads = threads();
        Set<Path> files = files();

        Events tests = run(Leaving.class);

        tests.assertStatistics(seen -> seen.started(2).succeeded(1).failed(1));
        assertThat(CONTEXTS)
                .hasSize(2)
                .allSatisfy(context -> assertThat(Sluice.of(context).state()).isEqualTo(Sluice.State.CLOSED));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(FORGOTTEN)
                        .hasSize(1)
                        .allSatisfy(connection ->
                                assertThat(Sluice.of(connection).state()).isEqualTo(Sluice.State.FAILED)));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(threads()).isSubsetOf(threads));
        assertThat(files()).isSubsetOf(files);
    }

    @Test
    void aServerIsThereInLessThanThreeTenthsOfASecond() {
        NANOS.clear();
        for (int server = 0; server < SERVERS; server++) {
            run(Timed.class).assertStatistics(seen -> seen.succeeded(1));
        }

        List<Long> millis = NANOS.stream().map(nanos -> nanos / 1_000_000).toList();
        System.out.println("server, context, a message there and back, in ms: " + millis);
        List<Long> warm = millis.subList(1, SERVERS).stream().sorted().toList();
        assertThat(warm.get(warm.size() / 2)).isLessThan(WARM_MILLIS_MAX);
    }

    @Test
    void whatIsWrongIsSaid() {
        assertThat(failure(Without.class)).contains("there is no @SluiceServer on asks(JMSContext)");
        assertThat(failure(TooEarly.class)).contains("per = METHOD", "has no server for", "TooEarly", "as a whole");
        assertThat(failure(Mistyped.class))
                .contains("@SluiceServer(options = \"prefech=1\")", "did you mean 'prefetch'?");
    }

    private static String failure(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute()
                .allEvents()
                .filter(event -> event.getType() == FINISHED)
                .flatMap(event -> event.getPayload(org.junit.platform.engine.TestExecutionResult.class).stream())
                .flatMap(result -> result.getThrowable().stream())
                .map(Throwable::getMessage)
                .collect(Collectors.joining("\n"));
    }

    private static Events run(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute()
                .testEvents();
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                // The one that Awaitility looks on, those of JUnit, and one of the JDK that a JVM has or has not.
                .filter(thread -> thread != Thread.currentThread()
                        && !(thread instanceof ForkJoinWorkerThread)
                        && !thread.getName().startsWith("Cleaner-"))
                .collect(Collectors.toSet());
    }

    private static Set<Path> files() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.collect(Collectors.toSet());
        }
    }
}
