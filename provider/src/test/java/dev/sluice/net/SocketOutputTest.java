package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SocketOutputTest {
    private static final int BUFFERS = 2_000;
    private static final int INTS = 4_000;

    private final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private IoThreads threads;
    private EventLoopGroup loops;
    private ServerSocket server;
    private Socket peer;
    private SocketOutput output;

    @BeforeEach
    void connect() throws Exception {
        server = new ServerSocket();
        server.bind(address);
        threads = IoThreads.reaching(server.getLocalSocketAddress());
        loops = threads.acquireLoops();
        SocketOutput opened = threads.open();
        output = opened;
        var unused = new Bootstrap()
                .group(loops)
                .channelFactory(opened::channel)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(server.getLocalSocketAddress())
                .sync();
        peer = server.accept();
    }

    @AfterEach
    void close() throws Exception {
        output.close();
        peer.close();
        server.close();
        threads.releaseLoops();
    }

    @Test
    void keepsTheOrderWhenThePeerReadsNothingForALongTime() throws Exception {
        List<ByteBuf> all = new ArrayList<>();
        for (int index = 0; index < BUFFERS; index++) {
            ByteBuf buffer = numbered(index, index % 2 == 0);
            all.add(buffer);
            output.write(buffer);
            if (index % 3 == 0) {
                output.flush();
            }
        }
        output.flush();

        assertThatAllCame(BUFFERS);
        await().untilAsserted(() -> assertThat(all).allMatch(buffer -> buffer.refCnt() == 0));
    }

    /** Threads have turns one after the other; what the first one left to the loop may not have come there when the loop has the next. */
    @Test
    void keepsTheOrderWhenTheLoopItselfHasTheNextTurn() throws Exception {
        CountDownLatch turnOfTheLoop = new CountDownLatch(1);
        var turn = loops.next().submit(() -> {
            turnOfTheLoop.await();
            output.write(numbered(BUFFERS, true));
            output.flush();
            return null;
        });
        for (int index = 0; index < BUFFERS; index++) {
            output.write(numbered(index, true));
        }
        output.flush();
        turnOfTheLoop.countDown();

        assertThatAllCame(BUFFERS + 1);
        turn.sync();
    }

    @Test
    void writesAtOnceAgainWhenTheRestIsOut() throws Exception {
        for (int index = 0; index < BUFFERS; index++) {
            output.write(numbered(index, true));
        }
        output.flush();
        assertThatAllCame(BUFFERS);

        output.write(numbered(0, true));
        output.flush();
        assertThatAllCame(1);
    }

    @Test
    void anInterruptedThreadWritesWithoutClosingTheSocket() throws Exception {
        Thread.currentThread().interrupt();
        output.write(numbered(0, true));
        output.flush();
        assertThat(Thread.interrupted()).isTrue();

        assertThatAllCame(1);
        assertThat(output.channel().isOpen()).isTrue();
    }

    @Test
    void releasesWhatASocketThatIsGoneDoesNotTake() throws Exception {
        peer.setSoLinger(true, 0);
        peer.close();
        output.channel().closeFuture().sync();

        ByteBuf late = numbered(0, true);
        output.write(late);
        output.flush();

        assertThat(late.refCnt()).isZero();
    }

    private static ByteBuf numbered(int index, boolean direct) {
        int bytes = INTS * Integer.BYTES;
        ByteBuf buffer = direct ? PooledByteBufAllocator.DEFAULT.directBuffer(bytes) : Unpooled.buffer(bytes);
        for (int at = 0; at < INTS; at++) {
            buffer.writeInt(index * INTS + at);
        }
        return buffer;
    }

    private void assertThatAllCame(int buffers) throws IOException {
        DataInputStream in = new DataInputStream(peer.getInputStream());
        byte[] part = new byte[INTS * Integer.BYTES];
        for (int index = 0; index < buffers; index++) {
            in.readFully(part);
            ByteBuf read = Unpooled.wrappedBuffer(part);
            for (int at = 0; at < INTS; at++) {
                if (read.readInt() != index * INTS + at) {
                    throw new AssertionError("buffer " + index + " does not follow the one before");
                }
            }
        }
    }
}
