package dev.sluice.server.core;

import org.jspecify.annotations.Nullable;

/**
 * Which policy holds for a subscription: that of the open consumer that brought one and was opened last, else the server's for the
 * destination. Owner: the shard thread.
 */
final class PolicyInForce {
    private final RedeliveryPolicy servers;
    private final boolean mayHaveLimit;
    private RedeliveryPolicy policy;

    /** {@code mayHaveLimit}: whether there can be a dead-letter queue behind the destination. */
    PolicyInForce(RedeliveryPolicy servers, boolean mayHaveLimit) {
        this.servers = servers;
        this.mayHaveLimit = mayHaveLimit;
        this.policy = with(null);
    }

    private RedeliveryPolicy with(@Nullable BroughtPolicy brought) {
        RedeliveryPolicy all = brought == null ? servers : brought.over(servers);
        return mayHaveLimit ? all : all.unlimited();
    }

    RedeliveryPolicy now() {
        return policy;
    }

    /** The consumers that are open bring this one, or none. True when another policy holds than before. */
    boolean renew(@Nullable BroughtPolicy brought) {
        RedeliveryPolicy before = policy;
        policy = with(brought);
        return !policy.equals(before);
    }
}
