package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Seeded;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.HelloEncoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import dev.sluice.wire.codec.MessageHeaderEncoder;
import dev.sluice.wire.codec.WelcomeDecoder;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Strangers on the port: whatever they send, another connection goes on, and the server stays. */
class PortFuzzIT {
    private static final int STRANGERS = 200;
    private static final int PATIENCE_MILLIS = 10_000;
    private static final byte[] NOTHING = {};

    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    @BeforeEach
    void aConnectionThatWorks() {
        good = server.factory().createContext();
        letters = good.createQueue("letters");
        consumer = good.createConsumer(letters);
    }

    @AfterEach
    void closeIt() {
        good.close();
    }

    @SuppressWarnings("NullAway.Init")
    private JMSContext good;

    @SuppressWarnings("NullAway.Init")
    private Queue letters;

    @SuppressWarnings("NullAway.Init")
    private JMSConsumer consumer;

    @Seeded(runs = 3)
    void randomBytesBeforeTheHandshakeHarmNobody(SplittableRandom random) throws Exception {
        for (int stranger = 0; stranger < STRANGERS; stranger++) {
            byte[] bytes = new byte[random.nextInt(1, 4_096)];
            random.nextBytes(bytes);
            try (Socket socket = connect()) {
                write(socket, bytes);
            }
        }
        assertTheOthersGoOn();
    }

    @Seeded(runs = 3)
    void framesOfRandomBytesAfterTheHandshakeHarmNobody(SplittableRandom random) throws Exception {
        for (int stranger = 0; stranger < STRANGERS; stranger++) {
            try (Socket socket = connect()) {
                greet(socket);
                byte[] body = new byte[random.nextInt(0, 2_048)];
                random.nextBytes(body);
                if (body.length >= 8 && random.nextBoolean()) {
                    // A header that is right, so that the rest is looked at.
                    ByteBuffer header = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
                    header.putShort((short) random.nextInt(64));
                    header.putShort((short) random.nextInt(1, 24));
                    header.putShort((short) MessageHeaderEncoder.SCHEMA_ID);
                    header.putShort((short) MessageHeaderEncoder.SCHEMA_VERSION);
                }
                write(socket, frame(body));
                awaitGoodbyeOrNothing(socket);
            }
        }
        assertTheOthersGoOn();
    }

    @Test
    void anOversizeFrameEndsItsConnectionBeforeMemoryIsTaken() throws Exception {
        for (int length : new int[] {Wire.HELLO_FRAME_BYTES_MAX + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 0, 7}) {
            try (Socket socket = connect()) {
                write(socket, littleEndian(length));
                assertEnds(socket);
            }
        }
        for (int length : new int[] {Wire.FRAME_BYTES_MAX + 1, Integer.MAX_VALUE, -1, 0, 7}) {
            try (Socket socket = connect()) {
                greet(socket);
                write(socket, littleEndian(length));
                assertEnds(socket);
            }
        }
        assertTheOthersGoOn();
    }

    @Test
    void aFrameThatBreaksOffAnywhereHarmsNobody() throws Exception {
        byte[] hello = frame(hello());
        for (int length = 1; length < hello.length; length++) {
            try (Socket socket = connect()) {
                write(socket, Arrays.copyOf(hello, length));
            }
        }
        assertTheOthersGoOn();
    }

    @Test
    void aSecondHelloOrAServersFrameEndsTheConnectionThatSentIt() throws Exception {
        try (Socket socket = connect()) {
            greet(socket);
            write(socket, frame(hello()));
            assertEnds(socket);
        }
        try (Socket socket = connect()) {
            greet(socket);
            byte[] welcome = new byte[MessageHeaderEncoder.ENCODED_LENGTH + WelcomeDecoder.BLOCK_LENGTH + 4];
            ByteBuffer.wrap(welcome)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putShort((short) WelcomeDecoder.BLOCK_LENGTH)
                    .putShort((short) WelcomeDecoder.TEMPLATE_ID)
                    .putShort((short) WelcomeDecoder.SCHEMA_ID)
                    .putShort((short) WelcomeDecoder.SCHEMA_VERSION);
            write(socket, frame(welcome));
            assertEnds(socket);
        }
        assertTheOthersGoOn();
    }

    private void assertTheOthersGoOn() throws JMSException {
        good.createProducer().send(letters, "still here");
        assertThat(Received.nextText(consumer)).isEqualTo("still here");
        assertThat(server.isAlive()).isTrue();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static void greet(Socket socket) throws IOException {
        write(socket, frame(hello()));
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] answer = in.readNBytes(Integer.reverseBytes(in.readInt()));
        int template = ByteBuffer.wrap(answer)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getShort(MessageHeaderDecoder.templateIdEncodingOffset());
        assertThat(template).as("the answer to Hello is Welcome").isEqualTo(WelcomeDecoder.TEMPLATE_ID);
    }

    private static byte[] hello() {
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        HelloEncoder hello = new HelloEncoder();
        hello.wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                .protocolVersion(Wire.PROTOCOL_VERSION)
                .sessionId(0)
                .keyHigh(System.nanoTime())
                .keyLow(System.nanoTime())
                .heartbeatMillis(10_000)
                .putNamespaceName(NOTHING, 0, 0)
                .putClientId(NOTHING, 0, 0)
                .putUser(NOTHING, 0, 0)
                .putPassword(NOTHING, 0, 0)
                .putClient(NOTHING, 0, 0)
                .putUnreached(NOTHING, 0, 0);
        return Arrays.copyOf(buffer.byteArray(), MessageHeaderEncoder.ENCODED_LENGTH + hello.encodedLength());
    }

    private static byte[] frame(byte[] body) {
        return ByteBuffer.allocate(Wire.LENGTH_BYTES + body.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(body.length)
                .put(body)
                .array();
    }

    private static byte[] littleEndian(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    /** Writes; that the server has closed meanwhile is as good. */
    private static void write(Socket socket, byte[] bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            assertThat(e).as("the server hung up").hasMessageMatching("(?i).*(reset|broken|closed|abort).*");
        }
    }

    /** Reads to the end of the stream, which comes within the patience of the socket. */
    private static void assertEnds(Socket socket) throws IOException {
        try {
            byte[] rest = socket.getInputStream().readAllBytes();
            assertThat(rest.length).isLessThan(Wire.FRAME_BYTES_MAX);
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the server did not end the connection", e);
        } catch (IOException e) {
            assertThat(e).as("the server hung up").hasMessageMatching("(?i).*(reset|broken|closed|abort).*");
        }
    }

    /** Whether random bytes are an error depends on them; what comes back must only be bounded. */
    private static void awaitGoodbyeOrNothing(Socket socket) throws IOException {
        socket.setSoTimeout(5);
        try {
            byte[] answer = socket.getInputStream().readNBytes(16 * 1024);
            assertThat(answer.length).isLessThan(16 * 1024);
        } catch (java.net.SocketTimeoutException e) {
            // Nothing to say: the bytes happened to be a frame that asks for no answer.
            return;
        } catch (IOException e) {
            assertThat(e).as("the server hung up").hasMessageMatching("(?i).*(reset|broken|closed|abort).*");
        }
    }
}
