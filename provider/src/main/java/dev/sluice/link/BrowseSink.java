package dev.sluice.link;

import org.jspecify.annotations.Nullable;

/** A browser's end of the link. Called within a turn of the link, in order; must not block. */
public interface BrowseSink {
    /** A message; its epoch is 0. */
    void browsed(DeliverySink.Delivery delivery);

    /** No more messages; {@code failure} is null when the browse is complete. */
    void end(@Nullable LinkException failure);
}
