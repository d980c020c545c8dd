package dev.sluice.spring;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.ConnectionFactory;
import org.apache.commons.pool2.PooledObject;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jms.connection.CachingConnectionFactory;

/** The one connection factory: pooled, cached or as it is. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(ConnectionFactory.class)
class SluiceConnectionFactoryConfiguration {
    /** With {@code sluice.pool.enabled}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({JmsPoolConnectionFactory.class, PooledObject.class})
    @ConditionalOnProperty(name = "sluice.pool.enabled", havingValue = "true")
    static class Pooled {
        @Bean(destroyMethod = "stop")
        JmsPoolConnectionFactory jmsConnectionFactory(SluiceFactories factories, SluiceProperties properties) {
            SluiceProperties.Pool given = properties.pool();
            JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
            pool.setConnectionFactory(factories.create());
            pool.setBlockIfSessionPoolIsFull(given.blockIfFull());
            pool.setBlockIfSessionPoolIsFullTimeout(given.blockIfFullTimeout().toMillis());
            pool.setConnectionIdleTimeout((int) given.idleTimeout().toMillis());
            pool.setMaxConnections(given.maxConnections());
            pool.setMaxSessionsPerConnection(given.maxSessionsPerConnection());
            pool.setConnectionCheckInterval(given.timeBetweenExpirationCheck().toMillis());
            pool.setUseAnonymousProducers(given.useAnonymousProducers());
            return pool;
        }
    }

    /** Boot's {@code spring.jms.cache.*}, which it has in other classes from version 4 on. */
    record Cache(
            @DefaultValue("false") boolean consumers,
            @DefaultValue("true") boolean producers,
            @DefaultValue("1") int sessionCacheSize) {}

    /** Without a pool. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "sluice.pool.enabled", havingValue = "false", matchIfMissing = true)
    static class Simple {
        /** Unless {@code spring.jms.cache.enabled} is false. */
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnProperty(name = "spring.jms.cache.enabled", havingValue = "true", matchIfMissing = true)
        static class Cached {
            @Bean
            CachingConnectionFactory jmsConnectionFactory(SluiceFactories factories, Environment environment) {
                Cache cache = Binder.get(environment).bindOrCreate("spring.jms.cache", Bindable.of(Cache.class));
                CachingConnectionFactory caching = new CachingConnectionFactory(factories.create());
                caching.setCacheConsumers(cache.consumers());
                caching.setCacheProducers(cache.producers());
                caching.setSessionCacheSize(cache.sessionCacheSize());
                return caching;
            }
        }

        /** Otherwise. */
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnProperty(name = "spring.jms.cache.enabled", havingValue = "false")
        static class Plain {
            @Bean
            SluiceConnectionFactory jmsConnectionFactory(SluiceFactories factories) {
                return factories.create();
            }
        }
    }
}
