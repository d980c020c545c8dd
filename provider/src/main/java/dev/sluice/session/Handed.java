package dev.sluice.session;

import dev.sluice.link.DeliverySink.Delivery;

/** The name of one message that was handed to the application by one consumer. */
public record Handed(long consumerId, long epoch, int priority, boolean transientMessage, long sequence) {
    /** The name of {@code delivery} at consumer {@code consumerId}. */
    public static Handed of(long consumerId, Delivery delivery) {
        return new Handed(
                consumerId, delivery.epoch(), delivery.priority(), delivery.transientMessage(), delivery.sequence());
    }
}
