package dev.sluice.spring;

import dev.sluice.Sluice;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Whether the application has a server: none of its connections looks for one, and a new connection is taken. Boot's own {@code jms} check
 * asks a connection that is kept open, which says nothing of the server. Stateless.
 */
final class ServerCheck {
    private final SluiceFactories factories;
    private final ConnectionStates states;

    ServerCheck(SluiceFactories factories, ConnectionStates states) {
        this.factories = factories;
        this.states = states;
    }

    /** Whether all is well; tells {@code details} what is known. Throws why no connection can be made. */
    boolean isUp(BiConsumer<String, Object> details) throws JMSException {
        List<String> reasons = states.reasons();
        if (!reasons.isEmpty()) {
            details.accept("interrupted", reasons.size());
            details.accept("reason", reasons.get(0));
            return false;
        }
        try (Connection probe = factories.forProbes().createConnection()) {
            details.accept("server", Sluice.of(probe).server());
            details.accept("provider", probe.getMetaData().getJMSProviderName());
            details.accept("version", probe.getMetaData().getProviderVersion());
        }
        return true;
    }
}
