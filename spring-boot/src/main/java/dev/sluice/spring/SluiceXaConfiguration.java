package dev.sluice.spring;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.transaction.TransactionManager;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jms.XAConnectionFactoryWrapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** The connection factory for global transactions, with a transaction manager that wraps factories as Boot asks it to; and one beside it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({TransactionManager.class, XAConnectionFactoryWrapper.class})
@ConditionalOnBean(XAConnectionFactoryWrapper.class)
class SluiceXaConfiguration {
    @Primary
    @Bean({"jmsConnectionFactory", "xaJmsConnectionFactory"})
    ConnectionFactory jmsConnectionFactory(SluiceFactories factories, XAConnectionFactoryWrapper wrapper)
            throws Exception {
        return wrapper.wrapConnectionFactory(factories.create());
    }

    @Bean
    SluiceConnectionFactory nonXaJmsConnectionFactory(SluiceFactories factories) {
        return factories.create();
    }
}
