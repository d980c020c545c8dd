package dev.sluice.spring;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;

/** What the client knows of its connections, as meters; messages are observed by Spring itself, where micrometer-jakarta9 is there. Stateless. */
final class SluiceMetrics implements MeterBinder {
    private final ConnectionStates states;

    SluiceMetrics(ConnectionStates states) {
        this.states = states;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder(
                        "sluice.connections.interrupted",
                        states,
                        now -> now.reasons().size())
                .description("Connections that have no server now and look for one")
                .baseUnit("connections")
                .register(registry);
        FunctionCounter.builder("sluice.connections.interruptions", states, ConnectionStates::interruptions)
                .description("How often a connection lost its server")
                .register(registry);
        FunctionTimer.builder(
                        "sluice.connections.outages",
                        states,
                        ConnectionStates::resumptions,
                        ConnectionStates::nanosAway,
                        TimeUnit.NANOSECONDS)
                .description("From the loss of a server until the connection had one again")
                .register(registry);
        FunctionCounter.builder("sluice.connections.failures", states, ConnectionStates::failures)
                .description("Connections that ended for good without being closed")
                .register(registry);
    }
}
