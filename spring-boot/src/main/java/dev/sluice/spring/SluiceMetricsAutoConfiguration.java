package dev.sluice.spring;

import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The meters of Sluice, {@code management.metrics.enable.sluice}. */
@AutoConfiguration(after = SluiceAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(ConnectionStates.class)
public class SluiceMetricsAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    SluiceMetrics sluiceMetrics(ConnectionStates states) {
        return new SluiceMetrics(states);
    }
}
