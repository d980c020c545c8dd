package dev.sluice.ra;

import dev.sluice.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a bean says of messages whose deliveries fail, each or nothing of it; the rest is the server's. Immutable.
 *
 * @param limit how often a message is delivered, 0 for any number
 * @param delay how many milliseconds it waits after the first delivery that failed
 * @param multiplier by how much that grows each further time
 * @param delayMax up to so many milliseconds
 */
record BeanRedelivery(
        @Nullable Integer limit,
        @Nullable Integer delay,
        @Nullable Double multiplier,
        @Nullable Integer delayMax) {
    /** Says what is wrong. */
    void check(List<String> wrong) {
        check("redeliveryLimit", limit, Wire.REDELIVERY_LIMIT_MAX, wrong);
        check("redeliveryDelay", delay, Wire.REDELIVERY_DELAY_MILLIS_MAX, wrong);
        if (multiplier != null && !(multiplier >= 1 && multiplier <= Wire.REDELIVERY_MULTIPLIER_MAX)) {
            wrong.add("redeliveryDelayMultiplier is " + multiplier + "; it must be 1 to "
                    + Wire.REDELIVERY_MULTIPLIER_MAX);
        }
        check("redeliveryDelayMax", delayMax, Wire.REDELIVERY_DELAY_MILLIS_MAX, wrong);
    }

    private static void check(String property, @Nullable Integer value, int most, List<String> wrong) {
        if (value != null && (value < 0 || value > most)) {
            wrong.add(property + " is " + value + "; it must be 0 to " + most);
        }
    }

    /** As options of a URL, {@code name=value}. */
    List<String> options() {
        List<String> options = new ArrayList<>();
        if (limit != null) {
            options.add("redelivery.limit=" + limit);
        }
        if (delay != null) {
            options.add("redelivery.delay=" + delay + "ms");
        }
        if (multiplier != null) {
            double thousandths = Math.round(multiplier * Wire.REDELIVERY_GROWTH_UNIT);
            options.add("redelivery.delay.multiplier=" + thousandths / Wire.REDELIVERY_GROWTH_UNIT);
        }
        if (delayMax != null) {
            options.add("redelivery.delay.max=" + delayMax + "ms");
        }
        return options;
    }
}
