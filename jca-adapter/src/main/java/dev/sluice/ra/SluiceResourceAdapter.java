package dev.sluice.ra;

import dev.sluice.base.Monitor;
import jakarta.jms.JMSException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.AuthenticationMechanism;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.Connector;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import jakarta.resource.spi.work.HintsContext;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * Sluice in a Jakarta EE server: what its connection factories and activations have in common. Its properties hold where those say nothing. Made
 * and owned by the container; thread-safe once it was started.
 */
@Connector(
        displayName = "Sluice",
        vendorName = "Sluice",
        eisType = "Jakarta Messaging 3.1",
        version = "0.1",
        transactionSupport = TransactionSupportLevel.XATransaction,
        authMechanisms =
                @AuthenticationMechanism(
                        credentialInterface = AuthenticationMechanism.CredentialInterface.PasswordCredential))
public final class SluiceResourceAdapter extends ServerBean implements ResourceAdapter {
    private static final long serialVersionUID = 1L;

    /** Of {@link #getRecoveryWaitSeconds}. */
    private int recoveryWaitSeconds;

    /** As long as the container has it started. */
    private transient @Nullable Running running;

    /** For the container, which sets its properties and starts it. */
    public SluiceResourceAdapter() {}

    /** What there is between start and stop. */
    private static final class Running {
        final Monitor monitor = new Monitor();
        final Recovery recovery;
        final Branches branches = new Branches();
        final Map<Key, Activation> activations = new LinkedHashMap<>();
        final BootstrapContext context;
        final boolean knowsHints;

        Running(BootstrapContext context, Duration recoveryPatience) {
            this.context = context;
            this.recovery = new Recovery(recoveryPatience);
            this.knowsHints = context.isContextSupported(HintsContext.class);
        }
    }

    /** The container deactivates with the very objects that it activated with. */
    private record Key(MessageEndpointFactory endpoints, ActivationSpec spec) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that && endpoints == that.endpoints && spec == that.spec;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(endpoints) * 31 + System.identityHashCode(spec);
        }
    }

    /**
     * How many seconds a recovery waits for a server that is away. None, unless it is said: a transaction manager that comes again should be told at
     * once. One that asks only once forgets what it is not told in time.
     */
    public Integer getRecoveryWaitSeconds() {
        return recoveryWaitSeconds;
    }

    /** Sets it, from 0. */
    public void setRecoveryWaitSeconds(@Nullable Integer seconds) throws InvalidPropertyException {
        if (seconds != null && seconds < 0) {
            throw new InvalidPropertyException("recoveryWaitSeconds is " + seconds + "; it must be 0 or more");
        }
        recoveryWaitSeconds = seconds == null ? 0 : seconds;
    }

    @Override
    public void start(BootstrapContext context) {
        running = new Running(context, Duration.ofSeconds(recoveryWaitSeconds));
    }

    /** Ends what is active and what the recovery had open, and the threads with it. */
    @Override
    public void stop() {
        Running last = running;
        running = null;
        if (last == null) {
            return;
        }
        List<Activation> ending;
        last.monitor.enter();
        try {
            ending = List.copyOf(last.activations.values());
            last.activations.clear();
        } finally {
            last.monitor.leave();
        }
        ending.forEach(Activation::stop);
        last.recovery.close();
        Clients.awaitThreads();
    }

    /** Whether the calling thread has a global transaction, as far as the container says so. */
    boolean isInTransaction() {
        var registry = registry();
        return registry != null && registry.getTransactionStatus() != Status.STATUS_NO_TRANSACTION;
    }

    /** What the container names the global transaction of the calling thread; null for none. */
    @Nullable Object transactionOfCaller() {
        var registry = registry();
        return registry == null ? null : registry.getTransactionKey();
    }

    private @Nullable TransactionSynchronizationRegistry registry() {
        Running now = running;
        return now == null ? null : now.context.getTransactionSynchronizationRegistry();
    }

    Branches branches() {
        Running now = running;
        return now == null ? new Branches() : now.branches;
    }

    // ---- in

    @Override
    public void endpointActivation(MessageEndpointFactory endpoints, ActivationSpec spec) throws ResourceException {
        Running now = running();
        if (!(spec instanceof SluiceActivationSpec own)) {
            throw new jakarta.resource.NotSupportedException(
                    "an activation of class " + spec.getClass().getName() + " is not one of Sluice's");
        }
        own.validate();
        Activation activation = new Activation(
                now.context.getWorkManager(), now.knowsHints, now.branches, endpoints, own.intake(settings()));
        now.monitor.enter();
        try {
            now.activations.put(new Key(endpoints, spec), activation);
        } finally {
            now.monitor.leave();
        }
        boolean started = false;
        try {
            activation.start();
            started = true;
        } finally {
            if (!started) {
                endpointDeactivation(endpoints, spec);
            }
        }
    }

    /** Returns when no message of the endpoint is under way any more. */
    @Override
    public void endpointDeactivation(MessageEndpointFactory endpoints, ActivationSpec spec) {
        Running now = running;
        if (now == null) {
            return;
        }
        Activation ending;
        now.monitor.enter();
        try {
            ending = now.activations.remove(new Key(endpoints, spec));
        } finally {
            now.monitor.leave();
        }
        if (ending != null) {
            ending.stop();
        }
    }

    // ---- recovery

    /**
     * One resource for each server that {@code specs}, active or not, are about; when there are none, for each that something active is about.
     *
     * @throws ResourceException when one of them cannot be asked now: the transaction manager has to come again
     */
    @Override
    public XAResource[] getXAResources(ActivationSpec @Nullable [] specs) throws ResourceException {
        Running now = running();
        Set<ServerSettings> servers = new LinkedHashSet<>();
        for (ActivationSpec spec : specs == null ? new ActivationSpec[0] : specs) {
            if (spec instanceof SluiceActivationSpec own) {
                servers.add(own.server(settings()).withClientId(null));
            }
        }
        if (servers.isEmpty()) {
            now.monitor.enter();
            try {
                now.activations.values().forEach(each -> servers.add(each.server()));
            } finally {
                now.monitor.leave();
            }
        }
        return now.recovery.resources(new ArrayList<>(servers));
    }

    /** Opens a connection that a recovery asks for. */
    <T> T patiently(ServerSettings server, Clients.Opening<T, JMSException> opening) throws JMSException {
        Running now = running;
        return now == null ? Clients.asAdapter(opening) : now.recovery.patiently(server, opening);
    }

    private Running running() throws ResourceException {
        Running now = running;
        if (now == null) {
            throw new jakarta.resource.spi.IllegalStateException("the resource adapter is not started");
        }
        return now;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return super.equals(other)
                && other instanceof SluiceResourceAdapter that
                && recoveryWaitSeconds == that.recoveryWaitSeconds;
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
