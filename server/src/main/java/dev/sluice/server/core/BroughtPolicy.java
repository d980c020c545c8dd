package dev.sluice.server.core;

import dev.sluice.wire.Wire;

/**
 * What a consumer brings of a {@link RedeliveryPolicy}; each part is as the server has it for the destination when it is -1. Immutable.
 *
 * @param limit so many deliveries; 0 for no limit
 * @param delayMillis after the first failure
 * @param growth by how many thousandths that grows with each further failure
 * @param delayMillisMax up to this
 */
public record BroughtPolicy(long limit, long delayMillis, long growth, long delayMillisMax) {
    /** Nothing. */
    public static final BroughtPolicy NONE = new BroughtPolicy(-1, -1, -1, -1);

    boolean isNone() {
        return equals(NONE);
    }

    /** What holds with it where {@code servers} is the server's. */
    RedeliveryPolicy over(RedeliveryPolicy servers) {
        return new RedeliveryPolicy(
                limit < 0 ? servers.limit() : (int) limit,
                delayMillis < 0 ? servers.delayMillis() : delayMillis,
                growth < 0 ? servers.multiplier() : 1 + growth / (double) Wire.REDELIVERY_GROWTH_UNIT,
                delayMillisMax < 0 ? servers.delayMillisMax() : delayMillisMax);
    }
}
