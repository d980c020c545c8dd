package dev.sluice.server.core;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.sluice.wire.EnvelopeReader;
import dev.sluice.wire.EnvelopeReader.Part;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.TypedValueReader;
import dev.sluice.wire.TypedValueWriter;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.EnvelopeDecoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import java.util.Objects;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Makes the message that goes to a dead-letter queue: the one that failed, as it was, but that it does not expire any more, and says in
 * its properties where it was and why it is not there any more. Stateless.
 */
final class DeadLetters {
    private static final String PREFIX = "JMS_SLUICE_DLQ_";
    private static final String REASON = PREFIX + "REASON";
    private static final String SOURCE = PREFIX + "SOURCE";
    private static final String SOURCE_TYPE = PREFIX + "SOURCE_TYPE";
    private static final String SUBSCRIPTION = PREFIX + "SUBSCRIPTION";
    private static final String CLIENT_ID = PREFIX + "CLIENT_ID";
    private static final String DELIVERIES = PREFIX + "DELIVERIES";
    private static final String TIME = PREFIX + "TIME";
    private static final String EXPIRATION = PREFIX + "EXPIRATION";

    private DeadLetters() {}

    /** The letter for a message whose bytes are in memory, after so many deliveries. */
    static MachineCommands.DeadLetter of(Subscription subscription, StoredMessage message, int deliveries, long now) {
        UnsafeBuffer envelope = envelope(subscription, message, deliveries, now);
        return new MachineCommands.DeadLetter(
                new MachineCommands.Source(subscription.id(), message.code(), message.sequence()),
                RedeliveryPolicies.deadLetterQueue(subscription.address()),
                new MachineCommands.Body(message.bodyNumber, message.bodyBytes),
                new MachineCommands.Bytes(envelope, 0, envelope.capacity(), null));
    }

    private static UnsafeBuffer envelope(Subscription subscription, StoredMessage message, int deliveries, long now) {
        UnsafeBuffer source = new UnsafeBuffer(Objects.requireNonNull(message.buffer()));
        try {
            EnvelopeReader reader = new EnvelopeReader().wrap(source, message.offset(), message.length);
            ExpandableArrayBuffer properties = new ExpandableArrayBuffer(512);
            int added = properties(reader, properties, new Facts(subscription, deliveries, now));
            long length = (long) message.length - reader.length(Part.PROPERTIES) + added;
            boolean fits = length <= Wire.ENVELOPE_BYTES_MAX;
            return fits ? rewritten(reader, message, properties, added) : copy(source, message);
        } catch (MalformedException | IllegalArgumentException fault) {
            // Whoever reads it hears what is wrong with it, in this queue as in the one before.
            return copy(source, message);
        }
    }

    private static UnsafeBuffer copy(UnsafeBuffer source, StoredMessage message) {
        byte[] bytes = new byte[message.length];
        source.getBytes(message.offset(), bytes);
        UnsafeBuffer envelope = new UnsafeBuffer(bytes);
        if (bytes.length >= MessageHeaderDecoder.ENCODED_LENGTH + EnvelopeDecoder.BLOCK_LENGTH) {
            expireNever(envelope);
        }
        return envelope;
    }

    private static void expireNever(UnsafeBuffer envelope) {
        envelope.putLong(
                MessageHeaderDecoder.ENCODED_LENGTH + EnvelopeDecoder.expirationEncodingOffset(), 0, LITTLE_ENDIAN);
    }

    /** Whatever of the message is not its properties stays byte for byte, but for the time at which it expires. */
    private static UnsafeBuffer rewritten(
            EnvelopeReader reader, StoredMessage message, ExpandableArrayBuffer properties, int length) {
        int start = message.offset();
        int before = reader.offset(Part.PROPERTIES) - Integer.BYTES - start;
        int after = reader.offset(Part.PROPERTIES) + reader.length(Part.PROPERTIES);
        int rest = start + message.length - after;
        UnsafeBuffer envelope = new UnsafeBuffer(new byte[before + Integer.BYTES + length + rest]);
        envelope.putBytes(0, reader.buffer(), start, before);
        envelope.putInt(before, length, LITTLE_ENDIAN);
        envelope.putBytes(before + Integer.BYTES, properties, 0, length);
        envelope.putBytes(before + Integer.BYTES + length, reader.buffer(), after, rest);
        expireNever(envelope);
        return envelope;
    }

    private record Facts(Subscription subscription, int deliveries, long nowMillis) {}

    /** The properties that it had, but for those that another such letter left, and ours; returns how many bytes they have. */
    private static int properties(EnvelopeReader reader, ExpandableArrayBuffer to, Facts facts) {
        TypedValueWriter writer = new TypedValueWriter(to, Short.BYTES);
        int count = 0;
        if (reader.length(Part.PROPERTIES) > 0) {
            TypedValueReader had = new TypedValueReader()
                    .wrap(reader.buffer(), reader.offset(Part.PROPERTIES), reader.length(Part.PROPERTIES));
            for (int left = had.mapCount(); left > 0; left--) {
                int from = had.position();
                had.nextName();
                String name = had.name();
                byte unused = had.nextValue();
                if (!name.startsWith(PREFIX)) {
                    to.putBytes(writer.position(), reader.buffer(), from, had.position() - from);
                    writer.position(writer.position() + had.position() - from);
                    count++;
                }
            }
        }
        count += ours(writer, reader.fields().expiration(), facts);
        int end = writer.position();
        writer.position(0);
        writer.writeMapCount(count);
        return end;
    }

    private static int ours(TypedValueWriter to, long expiration, Facts facts) {
        Subscription subscription = facts.subscription;
        Address source = subscription.address();
        text(to, REASON, "it was delivered " + facts.deliveries + " times, and each delivery failed");
        text(to, SOURCE, source.name());
        text(to, SOURCE_TYPE, source.isTopic() ? "topic" : "queue");
        to.writeName(DELIVERIES);
        to.writeInt(facts.deliveries);
        number(to, TIME, facts.nowMillis);
        int count = 5;
        if (!subscription.name().isEmpty()) {
            text(to, SUBSCRIPTION, subscription.name());
            count++;
        }
        if (!subscription.terms().clientId().isEmpty()) {
            text(to, CLIENT_ID, subscription.terms().clientId());
            count++;
        }
        if (expiration != 0) {
            number(to, EXPIRATION, expiration);
            count++;
        }
        return count;
    }

    private static void text(TypedValueWriter to, String name, String value) {
        to.writeName(name);
        to.writeString(value);
    }

    private static void number(TypedValueWriter to, String name, long value) {
        to.writeName(name);
        to.writeLong(value);
    }
}
