package dev.sluice.link;

import dev.sluice.wire.RefusalCode;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A consumer's end of the link. Called within a turn of the link, in order; must not block. */
public interface DeliverySink {
    /** A message; the sink takes over it. */
    void deliver(Delivery delivery);

    /** The server gave up the claim: drop what is buffered, it comes again here or elsewhere. */
    void claimsLost(long epoch);

    /** The server ended the consumer. */
    void closed(RefusalCode code, String text);

    /**
     * A message as it came. {@code envelope} is owned by the receiver, who releases it once; {@code body} is the complete body where
     * it did not fit the envelope. {@code deliveryCount} is 1 for the first delivery.
     */
    record Delivery(
            long epoch,
            int priority,
            boolean transientMessage,
            long sequence,
            int deliveryCount,
            ByteBuf envelope,
            @Nullable SpooledBody body) {}

    /** A large body in a temporary file that is removed when closed (or with the process). */
    interface SpooledBody {
        /** Its length in bytes. */
        long bytes();

        /** Reads {@code length} bytes from {@code position} into {@code target} at {@code offset}. */
        void read(long position, byte[] target, int offset, int length) throws java.io.IOException;

        /** Removes the file; further calls do nothing. */
        void close();
    }
}
