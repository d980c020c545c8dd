package dev.sluice.server.core;

import dev.sluice.base.Invariant;

/**
 * What becomes of a message whose deliveries fail: how long it waits before the next one, and how many there are.
 *
 * @param limit so many deliveries, then the dead-letter queue; 0 for no limit
 * @param delayMillis between the first failure and the second delivery
 * @param multiplier the delay grows by this factor with each further failure
 * @param delayMillisMax and no further than to this
 */
public record RedeliveryPolicy(int limit, long delayMillis, double multiplier, long delayMillisMax) {
    /** Again at once, and for ever. */
    public static final RedeliveryPolicy NONE = new RedeliveryPolicy(0, 0, 1, 0);

    /** Checks the ranges. */
    public RedeliveryPolicy {
        Invariant.check(limit >= 0 && delayMillis >= 0 && delayMillisMax >= 0, "a policy below 0");
        Invariant.check(multiplier >= 1, "a delay that shrinks");
    }

    /** The same without a limit. */
    RedeliveryPolicy unlimited() {
        return limit == 0 ? this : new RedeliveryPolicy(0, delayMillis, multiplier, delayMillisMax);
    }

    /** Whether a delivery with this count would be one too many. */
    boolean isOver(int deliveryCount) {
        return limit > 0 && deliveryCount > limit;
    }

    /** How long a message waits of which so many deliveries have failed. */
    long delayMillisAfter(int failures) {
        if (failures == 0 || delayMillis == 0) {
            return 0;
        }
        long most = Math.max(delayMillis, delayMillisMax);
        double grown = delayMillis * Math.pow(multiplier, failures - 1.0);
        return grown < most ? (long) grown : most;
    }
}
