package dev.sluice.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.server.InProcessServers;
import jakarta.jms.ConnectionFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jms.XAConnectionFactoryWrapper;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.util.ClassUtils;

/** Which beans there are, for which class path and properties; with Spring Boot 3.5 here and with 4 in spring-boot-starter-sluice. */
class SluiceAutoConfigurationTest {
    @TempDir
    Path directory;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SluiceAutoConfiguration.class,
                    boots("jms.autoconfigure.JmsAutoConfiguration", "autoconfigure.jms.JmsAutoConfiguration")));

    /** What moved with Spring Boot 4: there the first is its name, else the second. */
    static Class<?> boots(String four, String three) {
        boolean isFour = SpringBootVersion.getVersion().startsWith("4");
        return ClassUtils.resolveClassName("org.springframework.boot." + (isFour ? four : three), null);
    }

    @Test
    void theVersionOfBootIsTheOneThatIsMeant() {
        assertThat(SpringBootVersion.getVersion()).isEqualTo(System.getProperty("boot.expected"));
    }

    @Test
    void withoutAUrlThereIsAServerInsideTheApplication() {
        runner.run(context -> {
            JmsTemplate template = context.getBean(JmsTemplate.class);
            template.setReceiveTimeout(10_000);
            template.convertAndSend("orders", "a gate");

            assertThat(template.receiveAndConvert("orders")).isEqualTo("a gate");
            assertThat(context).hasSingleBean(EmbeddedServer.class).hasSingleBean(SluiceConnectionDetails.class);
        });
    }

    @Test
    void twoApplicationsHaveTwoServers() {
        runner.run(one -> runner.run(other -> {
            one.getBean(JmsTemplate.class).convertAndSend("orders", "of one");
            JmsTemplate template = other.getBean(JmsTemplate.class);
            template.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
            assertThat(template.receiveAndConvert("orders")).isNull();
        }));
    }

    @Test
    void theServerInsideMayKeepItsMessages() {
        var durable = runner.withPropertyValues("sluice.embedded.data-directory=" + directory.resolve("a%20b"));
        durable.run(context -> context.getBean(JmsTemplate.class).convertAndSend("orders", "kept"));

        durable.run(context -> {
            JmsTemplate template = context.getBean(JmsTemplate.class);
            template.setReceiveTimeout(10_000);
            assertThat(template.receiveAndConvert("orders")).isEqualTo("kept");
        });
        assertThat(directory.resolve("a%20b")).isNotEmptyDirectory();
    }

    @Test
    void aUrlIsUsed() {
        runner.withPropertyValues(
                        "sluice.url=sluice://one:1,two:2?prefetch=7", "sluice.user=ann", "sluice.password=a b&c+%")
                .run(context -> {
                    assertThat(context).doesNotHaveBean(EmbeddedServer.class);
                    SluiceConnectionFactory factory = target(context.getBean(ConnectionFactory.class));
                    assertThat(factory).hasToString("SluiceConnectionFactory[sluice://one:1,two:2]");
                    assertThat(factory.getOptions().prefetch()).isEqualTo(7);
                    assertThat(factory.getOptions().identity().user()).isEqualTo("ann");
                    assertThat(factory.getOptions().identity().password()).isEqualTo("a b&c+%");
                });
    }

    @Test
    void withoutAServerOnTheClassPathItIsTheOneOfThisMachine() {
        runner.withClassLoader(new FilteredClassLoader(InProcessServers.class))
                .run(context -> assertThat(
                                target(context.getBean(ConnectionFactory.class)).getUrl())
                        .isEqualTo("sluice://localhost:7676"));
        runner.withPropertyValues("sluice.embedded.enabled=false")
                .run(context -> assertThat(
                                target(context.getBean(ConnectionFactory.class)).getUrl())
                        .isEqualTo("sluice://localhost:7676"));
    }

    @Test
    void connectionDetailsCountMoreThanProperties() {
        runner.withPropertyValues("sluice.url=sluice://never")
                .withBean(SluiceConnectionDetails.class, () -> () -> "sluice://container:99")
                .run(context -> assertThat(
                                target(context.getBean(ConnectionFactory.class)).getUrl())
                        .isEqualTo("sluice://container:99"));
    }

    @Test
    void connectionsAreCachedAsBootSays() {
        runner.withPropertyValues("spring.jms.cache.session-cache-size=5", "spring.jms.cache.consumers=true")
                .run(context -> {
                    CachingConnectionFactory caching = context.getBean(CachingConnectionFactory.class);
                    assertThat(caching.getSessionCacheSize()).isEqualTo(5);
                    assertThat(caching.isCacheConsumers()).isTrue();
                    assertThat(caching.isCacheProducers()).isTrue();
                });
        runner.run(context -> assertThat(
                        context.getBean(CachingConnectionFactory.class).getSessionCacheSize())
                .isEqualTo(1));
        runner.withPropertyValues("spring.jms.cache.enabled=false")
                .run(context -> assertThat(context.getBean(ConnectionFactory.class))
                        .isInstanceOf(SluiceConnectionFactory.class));
    }

    @Test
    void connectionsArePooledWhereThatIsAsked() {
        var pooling = runner.withPropertyValues("sluice.pool.enabled=true", "sluice.pool.max-connections=3");
        pooling.run(context -> {
            assertThat(context.getBean(JmsPoolConnectionFactory.class).getMaxConnections())
                    .isEqualTo(3);
            JmsTemplate template = context.getBean(JmsTemplate.class);
            template.setReceiveTimeout(10_000);
            template.convertAndSend("orders", "pooled");
            assertThat(template.receiveAndConvert("orders")).isEqualTo("pooled");
        });
        pooling.withClassLoader(new FilteredClassLoader(JmsPoolConnectionFactory.class))
                .run(context -> assertThat(context).doesNotHaveBean(ConnectionFactory.class));
    }

    @Test
    void aTransactionManagerWrapsTheFactory() {
        XAConnectionFactoryWrapper wrapper = factory -> new CachingConnectionFactory((ConnectionFactory) factory);
        runner.withBean(XAConnectionFactoryWrapper.class, () -> wrapper).run(context -> {
            assertThat(context).hasBean("xaJmsConnectionFactory").hasBean("nonXaJmsConnectionFactory");
            assertThat(context.getBean(ConnectionFactory.class)).isInstanceOf(CachingConnectionFactory.class);
        });
    }

    @Test
    void anApplicationsOwnFactoryIsLeftAlone() {
        runner.withUserConfiguration(Own.class)
                .run(context -> assertThat(context)
                        .hasSingleBean(ConnectionFactory.class)
                        .doesNotHaveBean(EmbeddedServer.class)
                        .doesNotHaveBean(SluiceFactories.class));
    }

    /** An application with a factory. */
    static class Own {
        @Bean
        ConnectionFactory own() {
            return new SluiceConnectionFactory("sluice://own");
        }
    }

    @Test
    void whatIsWrongIsSaid() {
        runner.withPropertyValues("sluice.url=tcp://localhost")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("begins with none of sluice://"));
        runner.withClassLoader(new FilteredClassLoader("io.netty.channel.MultiThreadIoEventLoopGroup"))
                .run(context ->
                        assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("netty.version"));
    }

    @Test
    void thePropertiesAreDescribed() {
        String described = getClass()
                .getClassLoader()
                .resources("META-INF/spring-configuration-metadata.json")
                .map(SluiceAutoConfigurationTest::read)
                .filter(text -> text.contains("\"sluice.url\""))
                .findFirst()
                .orElseThrow();
        assertThat(described)
                .contains("\"sluice.embedded.data-directory\"", "\"sluice.pool.max-sessions-per-connection\"")
                .contains("\"defaultValue\": 500", "URL of the servers", "management.health.sluice.enabled");
    }

    private static String read(URL resource) {
        try (var stream = resource.openStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SluiceConnectionFactory target(ConnectionFactory caching) {
        return (SluiceConnectionFactory) ((CachingConnectionFactory) caching).getTargetConnectionFactory();
    }
}
