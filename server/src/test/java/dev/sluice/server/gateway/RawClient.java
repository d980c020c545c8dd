package dev.sluice.server.gateway;

import dev.sluice.wire.ClientFrameWriter;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import dev.sluice.wire.codec.RefusedDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** A client of bare bytes, for saying things that a well-made one would not. */
final class RawClient implements AutoCloseable {
    /** It wants to hear of no other server. */
    private static final String STAYS = "*";

    private static final int DEADLINE_MILLIS = 20_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    RawClient(int port) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), DEADLINE_MILLIS);
        socket.setSoTimeout(DEADLINE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** The bytes of a frame with its length. */
    static byte[] frame(Consumer<ClientFrameWriter> call) {
        ByteBuf target = Unpooled.buffer();
        ClientFrameWriter writer = new ClientFrameWriter();
        writer.into(target);
        call.accept(writer);
        byte[] bytes = new byte[target.readableBytes()];
        target.readBytes(bytes);
        return bytes;
    }

    static byte[] hello(String user, String password) {
        return hello(1, "", user, password, 0);
    }

    static byte[] hello(int version, String namespace, String user, String password, long heartbeatMillis) {
        return hello(version, 0, heartbeatMillis, namespace, "", user, password, "raw", STAYS);
    }

    static byte[] helloTo(int shard) {
        return hello(1, shard, 0, "", "", "", "", "raw", STAYS);
    }

    /** Of a client that goes to another server when it is sent there, but not to {@code unreached}. */
    static byte[] goingHello(String user, String password, String unreached) {
        return hello(1, 0, 0, "", "", user, password, "raw", unreached);
    }

    /** {@code data}: all that is text, in its order. */
    private static byte[] hello(int version, int shard, long heartbeatMillis, String... data) {
        return frame(writer -> {
            byte[][] texts = Arrays.stream(data).map(RawClient::utf8).toArray(byte[][]::new);
            int bytes = Arrays.stream(texts).mapToInt(text -> text.length).sum();
            writer.end(writer.hello(bytes)
                    .protocolVersion(version)
                    .sessionId(0)
                    .keyHigh(1)
                    .keyLow(2)
                    .heartbeatMillis(heartbeatMillis)
                    .shard(shard)
                    .putNamespaceName(texts[0], 0, texts[0].length)
                    .putClientId(texts[1], 0, texts[1].length)
                    .putUser(texts[2], 0, texts[2].length)
                    .putPassword(texts[3], 0, texts[3].length)
                    .putClient(texts[4], 0, texts[4].length)
                    .putUnreached(texts[5], 0, texts[5].length)
                    .limit());
        });
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next frame without its length, or null at the end. */
    byte @Nullable [] read() throws IOException {
        try {
            byte[] frame = new byte[Integer.reverseBytes(in.readInt())];
            in.readFully(frame);
            return frame;
        } catch (EOFException e) {
            return null;
        }
    }

    /** What a frame is; the end of the connection is none. */
    static int template(byte @Nullable [] frame) {
        if (frame == null) {
            throw new AssertionError("the connection ended instead");
        }
        return new UnsafeBuffer(frame).getShort(2, Wire.BYTE_ORDER);
    }

    /** Reads on until the refusal that ends the connection. */
    Refusal refusal() throws IOException {
        byte[] frame = read();
        while (frame != null && template(frame) != RefusedDecoder.TEMPLATE_ID) {
            frame = read();
        }
        if (frame == null) {
            throw new AssertionError("the connection ended without a word");
        }
        RefusedDecoder refused =
                new RefusedDecoder().wrapAndApplyHeader(new UnsafeBuffer(frame), 0, new MessageHeaderDecoder());
        if (refused.number() != 0) {
            throw new AssertionError("a command was refused: " + refused.number());
        }
        byte[] text = new byte[refused.textLength()];
        Refusal refusal = new Refusal(
                RefusalCode.of(refused.code()),
                refused.limitValue(),
                refused.actualValue(),
                refused.getText(text, 0, text.length) == 0 ? "" : new String(text, StandardCharsets.UTF_8));
        if (read() != null) {
            throw new AssertionError("something came after the refusal");
        }
        return refusal;
    }

    /** Ends it before the end of its block. */
    void hangUp() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        hangUp();
    }
}
