package dev.sluice.spring;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.SluiceListener;
import dev.sluice.server.InProcessServers;
import jakarta.jms.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ResourceLoader;

/**
 * A connection factory for Sluice, for an application that has none; {@code JmsTemplate}, {@code JmsClient} and {@code @JmsListener} are
 * Boot's own, and use it. All beans of type {@link SluiceListener} are told what becomes of its connections.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.jms.JndiConnectionFactoryAutoConfiguration",
            "org.springframework.boot.autoconfigure.transaction.jta.JtaAutoConfiguration",
            "org.springframework.boot.jms.autoconfigure.JndiConnectionFactoryAutoConfiguration",
            "org.springframework.boot.transaction.jta.autoconfigure.JtaAutoConfiguration"
        },
        beforeName = {
            "org.springframework.boot.autoconfigure.jms.JmsAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.jms.JmsHealthContributorAutoConfiguration",
            "org.springframework.boot.jms.autoconfigure.JmsAutoConfiguration"
        })
@ConditionalOnClass({ConnectionFactory.class, SluiceConnectionFactory.class})
@ConditionalOnMissingBean(ConnectionFactory.class)
@EnableConfigurationProperties(SluiceProperties.class)
@Import({SluiceAutoConfiguration.Embedded.class, SluiceXaConfiguration.class, SluiceConnectionFactoryConfiguration.class
})
public class SluiceAutoConfiguration {
    private static final String STANDARD_URL = "sluice://localhost:7676";

    /** A server in this JVM. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(InProcessServers.class)
    @ConditionalOnProperty(name = "sluice.embedded.enabled", havingValue = "true", matchIfMissing = true)
    @ConditionalOnMissingBean(SluiceConnectionDetails.class)
    @Conditional(WithoutUrl.class)
    static class Embedded {
        @Bean
        EmbeddedServer sluiceServer(SluiceProperties properties) {
            return new EmbeddedServer(properties.embedded());
        }
    }

    /** There is no {@code sluice.url}. */
    static final class WithoutUrl extends NoneNestedConditions {
        WithoutUrl() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        /** There is one. */
        @ConditionalOnProperty("sluice.url")
        static final class Url {}
    }

    /** What the properties say. */
    private record FromProperties(SluiceProperties properties) implements SluiceConnectionDetails {
        @Override
        public String getUrl() {
            String url = properties.url();
            return url == null ? STANDARD_URL : url;
        }

        @Override
        public @Nullable String getUser() {
            return properties.user();
        }

        @Override
        public @Nullable String getPassword() {
            return properties.password();
        }
    }

    @Bean
    @ConditionalOnMissingBean(SluiceConnectionDetails.class)
    SluiceConnectionDetails sluiceConnectionDetails(SluiceProperties properties) {
        return new FromProperties(properties);
    }

    @Bean
    ConnectionStates sluiceConnectionStates() {
        return new ConnectionStates();
    }

    @Bean
    SluiceFactories sluiceFactories(
            SluiceConnectionDetails details, ObjectProvider<SluiceListener> listeners, ResourceLoader resources) {
        return new SluiceFactories(details, listeners.orderedStream().toList(), resources.getClassLoader());
    }
}
