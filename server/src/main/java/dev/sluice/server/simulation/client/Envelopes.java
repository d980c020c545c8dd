package dev.sluice.server.simulation.client;

import dev.sluice.base.Invariant;
import dev.sluice.server.simulation.oracle.Promise;
import dev.sluice.server.simulation.oracle.Sent;
import dev.sluice.server.simulation.oracle.Violation;
import dev.sluice.server.simulation.stage.HeapBuffers;
import dev.sluice.wire.Frames;
import dev.sluice.wire.codec.EnvelopeDecoder;
import dev.sluice.wire.codec.EnvelopeEncoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import dev.sluice.wire.codec.MessageHeaderEncoder;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The messages of the simulation as envelopes: a body of some length that follows from the number of the message. Stateless. */
final class Envelopes {
    private static final int BODY_BYTES_MAX = 700;
    private static final int PRIME = 7919;
    private static final byte[] NOTHING = {};

    private Envelopes() {}

    static ByteBuf encode(Sent message) {
        byte[] body = body(message.id());
        String group = message.group();
        byte[] groupBytes = group == null ? NOTHING : group.getBytes(StandardCharsets.UTF_8);
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(1024);
        EnvelopeEncoder encoder = new EnvelopeEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder());
        encoder.messageNumber(message.id()).priority((short) message.priority());
        encoder.flags().clear().hasGroup(group != null).persistent(message.persistent());
        int length = encoder.putCorrelation(NOTHING, 0, 0)
                .putJmsType(NOTHING, 0, 0)
                .putReplyTo(NOTHING, 0, 0)
                .putGroupId(groupBytes, 0, groupBytes.length)
                .putUserId(NOTHING, 0, 0)
                .putContentType(NOTHING, 0, 0)
                .putProtocolSection(NOTHING, 0, 0)
                .putProperties(NOTHING, 0, 0)
                .putBody(body, 0, body.length)
                .limit();
        return HeapBuffers.ALLOCATOR.heapBuffer(length).writeBytes(buffer.byteArray(), 0, length);
    }

    private static byte[] body(long id) {
        byte[] body = new byte[(int) (id * PRIME % BODY_BYTES_MAX)];
        for (int index = 0; index < body.length; index++) {
            body[index] = (byte) (id + index);
        }
        return body;
    }

    /** The number of a message that came; the rest of it must be what was sent. */
    static long id(ByteBuf envelope) {
        UnsafeBuffer view = new UnsafeBuffer(NOTHING);
        Frames.view(view, envelope, envelope.readerIndex(), envelope.readableBytes());
        EnvelopeDecoder decoder = new EnvelopeDecoder().wrapAndApplyHeader(view, 0, new MessageHeaderDecoder());
        long id = decoder.messageNumber();
        decoder.skipCorrelation();
        decoder.skipJmsType();
        decoder.skipReplyTo();
        decoder.skipGroupId();
        decoder.skipUserId();
        decoder.skipContentType();
        decoder.skipProtocolSection();
        decoder.skipProperties();
        byte[] body = new byte[decoder.bodyLength()];
        int copied = decoder.getBody(body, 0, body.length);
        Invariant.check(copied == body.length, "a body in part");
        if (!java.util.Arrays.equals(body, body(id))) {
            throw new Violation(Promise.NOTHING_INVENTED, "message %d came with another body", id);
        }
        return id;
    }
}
