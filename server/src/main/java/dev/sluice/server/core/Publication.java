package dev.sluice.server.core;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** The publish command, reused for each message: filled by whoever decodes it, read during the call. Owner: the shard thread. */
public final class Publication {
    /** The session that sends. */
    public long sessionId;

    /** The command's number; 0 for a non-persistent message. */
    public long number;

    /** Where to. */
    public long addressId;

    /** How long it is good, from now; 0 for ever. */
    public long timeToLiveMillis;

    /** How long until it may be delivered. */
    public long delayMillis;

    /** The upload that is its body, when {@link #staged}. */
    public long stageId;

    /** The session's transaction that it belongs to; 0 for none. */
    public long transactionId;

    /** 0 to 9. */
    public int priority;

    /** Whether the body was uploaded before. */
    public boolean staged;

    /** The memory that has the envelope. */
    public DirectBuffer buffer = new UnsafeBuffer(new byte[0]);

    /** Where the envelope begins. */
    public int offset;

    /** The envelope's bytes. */
    public int length;

    /** The slab that is {@link #buffer}, once the command stands in the log. */
    public @Nullable Slab slab;

    /**
     * When it may be delivered, by a clock that shows {@code nowMillis}. A clock that shows whole milliseconds may be almost one behind, so a
     * delay is over when it shows one more: no message is received before its JMSDeliveryTime (Jakarta Messaging 3.1, section 3.4.13).
     */
    long dueMillis(long nowMillis) {
        return delayMillis == 0 ? nowMillis : nowMillis + delayMillis + 1;
    }
}
