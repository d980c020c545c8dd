package dev.sluice.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.server.ServerConfig;
import dev.sluice.server.SluiceServer;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.core.JmsTemplate;

/** A whole application of Spring Boot with all its auto-configurations: it listens, fails, is watched, and ends. */
class ApplicationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    /** The application. */
    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Shop {
        private final List<String> seen = new CopyOnWriteArrayList<>();

        @JmsListener(destination = "orders")
        void order(Message message) throws Exception {
            seen.add(message.getBody(String.class) + " " + message.getIntProperty("JMSXDeliveryCount"));
            if (message.getBody(String.class).equals("bad") && !message.getJMSRedelivered()) {
                throw new IllegalStateException("on purpose");
            }
        }

        @Bean
        SimpleMeterRegistry registry() {
            return new SimpleMeterRegistry();
        }
    }

    private static ConfigurableApplicationContext start(String... properties) {
        return new SpringApplicationBuilder(Shop.class)
                .web(WebApplicationType.NONE)
                .properties("spring.main.banner-mode=off")
                .properties(properties)
                .run();
    }

    @Test
    void whatAListenerFailsOnComesAgainAndNothingIsLeftBehind() {
        Set<Thread> before = threads();
        try (var context = start()) {
            Shop shop = context.getBean(Shop.class);
            context.getBean(JmsTemplate.class).convertAndSend("orders", "good");
            context.getBean(JmsTemplate.class).convertAndSend("orders", "bad");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(shop.seen).containsExactlyInAnyOrder("good 1", "bad 1", "bad 2"));
            assertThat(health(context)).contains("UP", "provider=Sluice");
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
    }

    @Test
    void healthAndMetersShowThatTheServerIsAway() throws Exception {
        SluiceServer server = server(0);
        int port = server.port();
        try (var context = start(
                        "sluice.url=sluice://localhost:" + port + "?client.id=shop",
                        "spring.jms.listener.auto-startup=false");
                Connection open = context.getBean(ConnectionFactory.class).createConnection()) {
            assertThat(health(context)).contains("UP", "server=localhost:" + port);

            server.stop();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(gauge(context)).isEqualTo(1));
            assertThat(health(context)).contains("DOWN", "interrupted=1", "reason=");

            server = server(port);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(gauge(context)).isZero());
            assertThat(health(context)).contains("UP", "server=localhost:" + port);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            await().atMost(PATIENCE).untilAsserted(() -> {
                FunctionTimer outages =
                        registry.get("sluice.connections.outages").functionTimer();
                assertThat(outages.count()).isEqualTo(1);
                assertThat(outages.totalTime(outages.baseTimeUnit())).isPositive();
            });
            assertThat(registry.get("sluice.connections.interruptions")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
            assertThat(registry.get("sluice.connections.failures")
                            .functionCounter()
                            .count())
                    .isZero();
            assertThat(open.getClientID()).isEqualTo("shop");
        } finally {
            server.stop();
        }
    }

    @Test
    void healthSaysThatThereIsNoServer() {
        SluiceServer server = server(0);
        server.stop();
        try (var context =
                start("sluice.url=sluice://localhost:" + server.port(), "spring.jms.listener.auto-startup=false")) {
            assertThat(health(context)).contains("DOWN", "error=");
        }
        try (var context = start("management.health.sluice.enabled=false")) {
            assertThat(context.containsBean("sluiceHealthContributor")).isFalse();
        }
    }

    private SluiceServer server(int port) {
        return SluiceServer.start(
                ServerConfig.defaults().withData(directory.resolve("data")).withPort(port));
    }

    private static double gauge(ConfigurableApplicationContext context) {
        return context.getBean(MeterRegistry.class)
                .get("sluice.connections.interrupted")
                .gauge()
                .value();
    }

    /** The answer of the indicator, which is of another class in each version of Boot. */
    private static String health(ConfigurableApplicationContext context) {
        Object indicator = context.getBean("sluiceHealthContributor");
        try {
            return indicator.getClass().getMethod("health").invoke(indicator).toString();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                // The one that Awaitility looks on, and one of the JDK that a JVM has or has not.
                .filter(thread -> !thread.getName().startsWith("awaitility")
                        && !thread.getName().startsWith("Cleaner-"))
                .collect(Collectors.toSet());
    }
}
