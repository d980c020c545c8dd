package dev.sluice.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The health of Sluice, {@code management.health.sluice.enabled}. */
@AutoConfiguration(after = SluiceAutoConfiguration.class)
@ConditionalOnBean(SluiceFactories.class)
public class SluiceHealthAutoConfiguration {
    /** With Spring Boot 3. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator.class)
    @org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator("sluice")
    static class Boot3 {
        @Bean
        @ConditionalOnMissingBean(name = {"sluiceHealthIndicator", "sluiceHealthContributor"})
        SluiceHealthOfBoot3 sluiceHealthContributor(SluiceFactories factories, ConnectionStates states) {
            return new SluiceHealthOfBoot3(new ServerCheck(factories, states));
        }
    }

    /** With Spring Boot 4. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(
            org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator.class)
    @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator("sluice")
    static class Boot4 {
        @Bean
        @ConditionalOnMissingBean(name = {"sluiceHealthIndicator", "sluiceHealthContributor"})
        SluiceHealthOfBoot4 sluiceHealthContributor(SluiceFactories factories, ConnectionStates states) {
            return new SluiceHealthOfBoot4(new ServerCheck(factories, states));
        }
    }
}
