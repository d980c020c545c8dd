package dev.sluice.server.gateway;

import dev.sluice.server.shard.Inbox.Greeting;
import dev.sluice.wire.FrameChecker;
import dev.sluice.wire.FrameException;
import dev.sluice.wire.Frames;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.HelloDecoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a client says first, read and judged as far as that needs no password check. Immutable.
 *
 * @param forwarded another server passes the connection on
 */
record Handshake(
        Greeting greeting,
        String password,
        long heartbeatMillis,
        int shard,
        boolean forwarded,
        Ways ways,
        @Nullable Refusal refusal) {
    /** A client of this version of the schema knows other servers than the one that it asks. */
    private static final int KNOWS_OTHERS = 3;

    /**
     * How the client comes to the server that it needs.
     *
     * @param knowsOthers it can be told of them
     * @param unreached the one that it was told of before, and did not reach; "*" when it wants to be sent nowhere
     */
    record Ways(boolean knowsOthers, String unreached) {
        /** Whether it may be sent to this server, instead of being passed on. */
        boolean leadTo(String server) {
            return knowsOthers && !unreached.equals("*") && !unreached.equals(server);
        }
    }

    /**
     * Reads a Hello frame with its length.
     *
     * @throws FrameException when it is something else, or wrong
     */
    static Handshake read(ByteBuf frame, FrameChecker checker) {
        int length = frame.readableBytes() - Wire.LENGTH_BYTES;
        UnsafeBuffer view = new UnsafeBuffer();
        Frames.view(view, frame, frame.readerIndex() + Wire.LENGTH_BYTES, length);
        int template = checker.check(view, 0, length);
        if (template != HelloDecoder.TEMPLATE_ID) {
            throw new FrameException("template " + template + " came first, but the first frame must be a Hello ("
                    + HelloDecoder.TEMPLATE_ID + ")");
        }
        MessageHeaderDecoder header = new MessageHeaderDecoder();
        HelloDecoder hello = new HelloDecoder().wrapAndApplyHeader(view, 0, header);
        String namespace = text("namespaceName", bytes(hello.namespaceNameLength(), hello::getNamespaceName));
        String clientId = text("clientId", bytes(hello.clientIdLength(), hello::getClientId));
        String user = text("user", bytes(hello.userLength(), hello::getUser));
        String password = text("password", bytes(hello.passwordLength(), hello::getPassword));
        String client = text("client", bytes(hello.clientLength(), hello::getClient));
        String unreached = text("unreached", bytes(hello.unreachedLength(), hello::getUnreached));
        Ways ways = new Ways(header.version() >= KNOWS_OTHERS, unreached);
        Greeting greeting = new Greeting(hello.sessionId(), hello.keyHigh(), hello.keyLow(), clientId, user, client);
        Refusal refusal = judge(hello.protocolVersion(), namespace);
        boolean forwarded = hello.shard() >= Wire.FORWARDED && hello.shard() < Wire.FORWARDED + Wire.SHARDS_MAX;
        int shard = forwarded ? hello.shard() - Wire.FORWARDED : hello.shard();
        return new Handshake(greeting, password, hello.heartbeatMillis(), shard, forwarded, ways, refusal);
    }

    /** Marks a Hello, with its length, as one that a server passes on: the next one does not pass it on again. */
    static void markForwarded(ByteBuf frame) {
        int at = frame.readerIndex()
                + Wire.LENGTH_BYTES
                + MessageHeaderDecoder.ENCODED_LENGTH
                + HelloDecoder.shardEncodingOffset();
        frame.setShortLE(at, frame.getUnsignedShortLE(at) | Wire.FORWARDED);
    }

    private static @Nullable Refusal judge(int version, String namespace) {
        if (version < Wire.PROTOCOL_VERSION) {
            return new Refusal(
                    RefusalCode.VERSION,
                    Wire.PROTOCOL_VERSION,
                    version,
                    "the client speaks version " + version + " of the protocol, this server version "
                            + Wire.PROTOCOL_VERSION);
        }
        if (!namespace.isEmpty()) {
            return Refusal.of(
                    RefusalCode.NAMESPACE,
                    "there is no namespace '" + Printable.of(namespace) + "'; leave the path out of the URL");
        }
        return null;
    }

    /** Whether the client named neither user nor password. */
    boolean isAnonymous() {
        return greeting.user().isEmpty() && password.isEmpty();
    }

    /** Says nothing of key and password. */
    @Override
    public String toString() {
        return "Handshake[user=" + greeting.user() + ", client=" + greeting.client() + "]";
    }

    /** Copies the data of a field. */
    @FunctionalInterface
    private interface Getter {
        int copy(byte[] target, int offset, int length);
    }

    private static byte[] bytes(int length, Getter getter) {
        byte[] bytes = new byte[length];
        int copied = getter.copy(bytes, 0, length);
        assert copied == length;
        return bytes;
    }

    private static String text(String field, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FrameException("Hello: " + field + " is not UTF-8");
        }
    }
}
