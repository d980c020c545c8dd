package dev.sluice.server.store;

import dev.sluice.server.core.StoredMessage;
import org.agrona.DirectBuffer;

/** Reads the bytes of messages in change sets. */
final class Envelopes {
    private Envelopes() {}

    /** The buffer of a message that is to be stored, which must have one. */
    static DirectBuffer of(StoredMessage message) {
        DirectBuffer buffer = message.buffer();
        if (buffer == null) {
            throw new IllegalStateException(
                    "invariant broken: message " + message.number + " is to be stored and its bytes are gone");
        }
        return buffer;
    }

    static byte[] copy(StoredMessage message) {
        byte[] bytes = new byte[message.length];
        of(message).getBytes(message.offset(), bytes);
        return bytes;
    }
}
