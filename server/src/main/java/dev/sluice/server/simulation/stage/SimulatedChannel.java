package dev.sluice.server.simulation.stage;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelId;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A channel of a server over an {@link End}, as Netty's handlers know it. On the loop of its host. */
public final class SimulatedChannel extends AbstractChannel implements End.Listener {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final Network network;
    private final Host host;
    private final LoopThread loop;
    private final ChannelConfig config = new Config();
    private @Nullable End end;
    private boolean closed;
    private boolean wanted;
    private boolean handing;

    /** Not connected. */
    public SimulatedChannel(Network network, Host host, LoopThread loop) {
        super(null, new NumberedId(network.nextNumber()));
        this.network = network;
        this.host = host;
        this.loop = loop;
    }

    /** Of a connection that was accepted; it is to be registered. */
    public SimulatedChannel(Network network, Host host, LoopThread loop, End accepted) {
        this(network, host, loop);
        end = accepted;
    }

    /** The configuration, which knows when nothing more is to be read. */
    private final class Config extends DefaultChannelConfig {
        Config() {
            super(SimulatedChannel.this);
            var unused = setAllocator(HeapBuffers.ALLOCATOR);
        }

        @Override
        protected void autoReadCleared() {
            wanted = false;
            if (end != null && !handing) {
                end.reading(false);
            }
        }
    }

    /** Numbered, so that collections of channels have an order that does not hang on chance. */
    private record NumberedId(long number) implements ChannelId {
        @Override
        public String asShortText() {
            return Long.toString(number);
        }

        @Override
        public String asLongText() {
            return asShortText();
        }

        @Override
        public int compareTo(ChannelId other) {
            return other instanceof NumberedId numbered ? Long.compare(number, numbered.number) : 1;
        }
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new Unsafe();
    }

    private final class Unsafe extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            String name = ((InetSocketAddress) remote).getHostString();
            network.connect(host, name, found -> loop.enter(() -> connected(found, promise)));
            var unused = loop.schedule(
                    () -> promise.tryFailure(new ConnectException("timed out: " + name)),
                    config.getConnectTimeoutMillis(),
                    TimeUnit.MILLISECONDS);
        }

        private void connected(@Nullable End found, ChannelPromise promise) {
            if (found != null && (promise.isDone() || closed)) {
                found.close();
            } else if (found == null) {
                boolean unused = promise.tryFailure(new ConnectException("refused"));
            } else {
                end = found;
                boolean unused = promise.trySuccess();
                var pipeline = pipeline().fireChannelActive();
                assert pipeline != null;
                found.listen(SimulatedChannel.this);
                found.reading(wanted);
            }
        }
    }

    /** After it was registered: what comes is read. */
    public void begin() {
        End accepted = end;
        if (accepted != null) {
            accepted.listen(this);
            accepted.reading(wanted);
        }
    }

    // ---- in ----

    @Override
    protected void doBeginRead() {
        wanted = true;
        if (end != null && !handing) {
            end.reading(true);
        }
    }

    @Override
    public void received(byte[] bytes) {
        loop.enter(() -> {
            wanted = false;
            handing = true;
            ByteBuf buffer = HeapBuffers.ALLOCATOR.heapBuffer(bytes.length).writeBytes(bytes);
            var unused = pipeline().fireChannelRead(buffer).fireChannelReadComplete();
            handing = false;
            End open = end;
            if (open != null && !wanted && !closed) {
                open.reading(false);
            }
        });
    }

    @Override
    public void ended(String why) {
        loop.enter(() -> {
            var pipeline = pipeline().fireExceptionCaught(new IOException(why));
            assert pipeline != null;
            unsafe().close(voidPromise());
        });
    }

    @Override
    public void hasRoom() {
        loop.enter(() -> unsafe().flush());
    }

    // ---- out ----

    @Override
    protected void doWrite(ChannelOutboundBuffer out) throws IOException {
        End open = end;
        if (open == null) {
            throw new ClosedChannelException();
        }
        for (Object message = out.current(); message != null && open.canSend(); message = out.current()) {
            ByteBuf buffer = (ByteBuf) message;
            byte[] bytes = new byte[buffer.readableBytes()];
            var unused = buffer.readBytes(bytes);
            open.send(bytes);
            boolean removed = out.remove();
            assert removed;
        }
    }

    @Override
    protected void doClose() {
        closed = true;
        if (end != null) {
            end.close();
        }
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doBind(SocketAddress local) {
        throw new UnsupportedOperationException();
    }

    // ---- what it is ----

    @Override
    protected boolean isCompatible(EventLoop other) {
        return other == loop;
    }

    @Override
    protected SocketAddress localAddress0() {
        return HERE;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return HERE;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public boolean isActive() {
        return !closed && end != null;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }
}
