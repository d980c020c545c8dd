package dev.sluice.link;

import dev.sluice.wire.codec.AddressKind;
import org.jspecify.annotations.Nullable;

/** Gets a list of destinations. Called within a turn of the link; must not block. */
public interface ListSink {
    /** One destination. */
    void destination(Destination destination);

    /** The end; {@code failure} is null when the list is complete. */
    void end(@Nullable LinkException failure);

    /** Counts of one destination; those without "now" are since the server started. Rates are per second, over the last seconds. */
    record Destination(
            long addressId,
            AddressKind kind,
            boolean temporary,
            String name,
            Depth now,
            int consumers,
            int subscriptions,
            Traffic traffic) {}

    /** Messages now: waiting or held, of them delayed and held; and those that open transactions send or have taken. */
    record Depth(long messages, long delayed, long held, long inTransactions) {}

    /** Messages so far, and their rates. */
    record Traffic(long published, long acknowledged, double publishedPerSecond, double acknowledgedPerSecond) {}
}
