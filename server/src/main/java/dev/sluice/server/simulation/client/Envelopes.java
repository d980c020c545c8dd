package dev.sluice.server.simulation.client;

import dev.sluice.link.DeliverySink.Delivery;
import dev.sluice.link.DeliverySink.SpooledBody;
import dev.sluice.link.Link.BodySource;
import dev.sluice.server.simulation.oracle.Content;
import dev.sluice.server.simulation.oracle.Oracle;
import dev.sluice.server.simulation.oracle.Sent;
import dev.sluice.server.simulation.stage.HeapBuffers;
import dev.sluice.wire.EnvelopeReader;
import dev.sluice.wire.Frames;
import dev.sluice.wire.TypedValueReader;
import dev.sluice.wire.TypedValueWriter;
import dev.sluice.wire.codec.EnvelopeDecoder;
import dev.sluice.wire.codec.EnvelopeEncoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import dev.sluice.wire.codec.MessageHeaderEncoder;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** The messages of the simulation as envelopes. Stateless. */
final class Envelopes {
    private static final byte[] NOTHING = {};
    /** What selectors ask for. */
    private static final String COLOUR = "colour";

    private Envelopes() {}

    /** {@code nowMillis} is the time of the server, as far as the client knows. */
    static ByteBuf encode(Sent message, long nowMillis) {
        Content content = message.content();
        byte[] properties = properties(content.colour());
        byte[] body = content.chunked() ? NOTHING : content.body(message.id());
        String group = message.group();
        byte[] groupBytes = group == null ? NOTHING : group.getBytes(StandardCharsets.UTF_8);
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(1024);
        EnvelopeEncoder encoder = new EnvelopeEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder());
        encoder.messageNumber(message.id()).priority((short) message.priority());
        encoder.expiration(content.timeToLiveMillis() == 0 ? 0 : nowMillis + content.timeToLiveMillis());
        encoder.flags().clear().hasGroup(group != null).persistent(message.persistent());
        int length = encoder.putCorrelation(NOTHING, 0, 0)
                .putJmsType(NOTHING, 0, 0)
                .putReplyTo(NOTHING, 0, 0)
                .putGroupId(groupBytes, 0, groupBytes.length)
                .putUserId(NOTHING, 0, 0)
                .putContentType(NOTHING, 0, 0)
                .putProtocolSection(NOTHING, 0, 0)
                .putProperties(properties, 0, properties.length)
                .putBody(body, 0, body.length)
                .limit();
        return HeapBuffers.ALLOCATOR.heapBuffer(length).writeBytes(buffer.byteArray(), 0, length);
    }

    private static byte[] properties(int colour) {
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(32);
        TypedValueWriter writer = new TypedValueWriter(buffer, 0);
        writer.writeMapCount(1);
        writer.writeName(COLOUR);
        writer.writeInt(colour);
        return Arrays.copyOf(buffer.byteArray(), writer.position());
    }

    /** The body that does not go with the envelope; null when it does. */
    static @Nullable BodySource source(Sent message) {
        return message.content().chunked() ? new Source(message.content().body(message.id())) : null;
    }

    private static final class Source implements BodySource {
        private final byte[] content;

        Source(byte[] content) {
            this.content = content;
        }

        @Override
        public long bytes() {
            return content.length;
        }

        @Override
        public void read(long position, ByteBuf target, int length) {
            target.writeBytes(content, (int) position, length);
        }

        @Override
        public void release() {
            // The garbage collector does.
        }
    }

    /** Where a dead letter was before, and how often it was delivered there. */
    record End(String place, int deliveries) {}

    /** What a dead letter says in its properties. */
    static End end(ByteBuf envelope) {
        UnsafeBuffer view = new UnsafeBuffer(NOTHING);
        Frames.view(view, envelope, envelope.readerIndex(), envelope.readableBytes());
        EnvelopeReader reader = new EnvelopeReader().wrap(view, 0, view.capacity());
        Map<String, Object> properties = new TreeMap<>();
        TypedValueReader values = new TypedValueReader()
                .wrap(
                        view,
                        reader.offset(EnvelopeReader.Part.PROPERTIES),
                        reader.length(EnvelopeReader.Part.PROPERTIES));
        for (int left = values.mapCount(); left > 0; left--) {
            values.nextName();
            String name = values.name();
            byte unused = values.nextValue();
            properties.put(name, Objects.requireNonNull(values.value()));
        }
        Object subscription = properties.get("JMS_SLUICE_DLQ_SUBSCRIPTION");
        Object place = subscription == null ? properties.get("JMS_SLUICE_DLQ_SOURCE") : subscription;
        return new End(
                String.valueOf(place), (Integer) Objects.requireNonNull(properties.get("JMS_SLUICE_DLQ_DELIVERIES")));
    }

    private static EnvelopeDecoder decoder(Delivery delivery) {
        ByteBuf envelope = delivery.envelope();
        UnsafeBuffer view = new UnsafeBuffer(NOTHING);
        Frames.view(view, envelope, envelope.readerIndex(), envelope.readableBytes());
        return new EnvelopeDecoder().wrapAndApplyHeader(view, 0, new MessageHeaderDecoder());
    }

    /** When the message expires, by the time of the server; 0 for never. */
    static long expirationMillis(Delivery delivery) {
        return decoder(delivery).expiration();
    }

    /** The number of a message that came; the rest of it must be what was sent. */
    static long id(Delivery delivery, Oracle oracle) {
        EnvelopeDecoder decoder = decoder(delivery);
        long id = decoder.messageNumber();
        decoder.skipCorrelation();
        decoder.skipJmsType();
        decoder.skipReplyTo();
        decoder.skipGroupId();
        decoder.skipUserId();
        decoder.skipContentType();
        decoder.skipProtocolSection();
        decoder.skipProperties();
        byte[] inline = new byte[decoder.bodyLength()];
        int copied = decoder.getBody(inline, 0, inline.length);
        assert copied == inline.length;
        SpooledBody spooled = delivery.body();
        oracle.came(id, spooled == null ? inline : all(spooled));
        return id;
    }

    private static byte[] all(SpooledBody spooled) {
        try {
            byte[] body = new byte[(int) spooled.bytes()];
            spooled.read(0, body, 0, body.length);
            spooled.close();
            return body;
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
