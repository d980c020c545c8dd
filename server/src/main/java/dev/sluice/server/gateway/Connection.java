package dev.sluice.server.gateway;

import dev.sluice.server.shard.Inbox;
import dev.sluice.wire.FrameChecker;
import dev.sluice.wire.FrameException;
import dev.sluice.wire.Frames;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.HelloDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection: its Hello, then whole checked frames for the inbox, as fast as that takes them. Owned by its event loop.
 *
 * <pre>
 * AWAITING_HELLO ─▶ VERIFYING (password) ─▶ SEEKING ─▶ INTRODUCING (inbox full) ─▶ OPEN ─▶ LEAVING (told why, drained) ─▶ GONE
 *                                              ├────▶ PIPED (another server serves the shard) ─┤
 *                                              └──────────────── (or: the client is sent there) ─┘
 * </pre>
 *
 * Each state may also be left for LEAVING and GONE at any time, and VERIFYING, SEEKING and INTRODUCING may be skipped.
 */
final class Connection extends ChannelInboundHandlerAdapter implements ChannelOutlet.Events, Forwarder.Owner {
    /** How long a client that was told why it must go may take to read it. */
    private static final int FAREWELL_MILLIS = 1_000;

    private final long id;
    private final Hub hub;
    private final GatewayFrames words = new GatewayFrames();
    private final UnsafeBuffer view = new UnsafeBuffer();
    private State state = State.AWAITING_HELLO;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Wiring wiring;
    private @Nullable Handshake handshake;
    private @Nullable ScheduledFuture<?> timer;
    /** Checked frames that the inbox had no room for; nothing is read as long as there are some. */
    private @Nullable ByteBuf waiting;

    /** The Hello, as long as it may have to be passed on. */
    private @Nullable ByteBuf helloFrame;

    private @Nullable Forwarder forwarder;
    private @Nullable Pulse pulse;
    /** The shard knows of the connection, and hears when it ends. */
    private boolean introduced;

    private boolean stopping;

    private enum State {
        AWAITING_HELLO,
        VERIFYING,
        SEEKING,
        INTRODUCING,
        OPEN,
        PIPED,
        LEAVING,
        GONE
    }

    /** What all connections of a gateway share. */
    record Hub(GatewayConfig config, Gateway.Shards shards, Logins logins, Doorkeeper doorkeeper) {}

    /** What a connection has from the moment it is active. */
    private record Wiring(ChannelOutlet outlet, FrameGatherer gatherer, FrameChecker checker, Doorkeeper.Visit visit) {}

    Connection(long id, Hub hub) {
        this.id = id;
        this.hub = hub;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        Doorkeeper.Visit visit = hub.doorkeeper().enter(ctx.channel().remoteAddress());
        wiring = new Wiring(
                new ChannelOutlet(id, ctx.channel(), this),
                new FrameGatherer(ctx.alloc()),
                FrameChecker.ofClientFrames(),
                visit);
        Refusal refusal = visit.refusal();
        if (refusal != null) {
            leave(refusal);
            return;
        }
        long timeoutMillis = hub.config().handshakeTimeout().toMillis();
        timer = ctx.executor().schedule(() -> handshakeTimedOut(timeoutMillis), timeoutMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (state == State.LEAVING || state == State.GONE) {
            in.release();
            return;
        }
        if (pulse != null) {
            pulse.heard();
        }
        try {
            wiring().gatherer().add(in);
            readOn();
        } catch (FrameException e) {
            leave(Refusal.of(RefusalCode.PROTOCOL, Objects.requireNonNullElse(e.getMessage(), "")));
        }
    }

    private void readOn() {
        if (state == State.AWAITING_HELLO) {
            hello();
        }
        if (state == State.OPEN) {
            forward();
        }
    }

    private void hello() {
        ByteBuf frame = wiring().gatherer().takeFirst();
        if (frame == null) {
            return;
        }
        helloFrame = frame;
        Handshake read = Handshake.read(frame, wiring().checker());
        handshake = read;
        Refusal refusal = read.refusal();
        if (refusal != null) {
            leave(refusal);
        } else if (read.shard() >= hub.shards().inboxes().size()) {
            leave(Refusal.noShard(read.shard(), hub.shards().inboxes().size() - 1));
        } else if (hub.shards().routes().isVouchedFor(read.greeting())) {
            admitted();
        } else if (read.isAnonymous()) {
            admitAnonymous();
        } else {
            verify(read);
        }
    }

    private void admitAnonymous() {
        boolean here = Transport.isOfThisMachine(context().channel().remoteAddress());
        if (here && hub.config().anonymousLoopback()) {
            admitted();
        } else {
            leave(Refusal.anonymous(here));
        }
    }

    private void verify(Handshake read) {
        state = State.VERIFYING;
        readNoMore();
        boolean taken = hub.logins()
                .check(read.greeting().user(), read.password(), context().executor(), this::verified);
        if (!taken) {
            leave(Refusal.tooManyLogins());
        }
    }

    private void verified(Logins.Outcome outcome) {
        if (state != State.VERIFYING) {
            return;
        }
        switch (outcome) {
            case RIGHT -> admitted();
            case WRONG -> leave(Refusal.of(RefusalCode.AUTHENTICATION, "user or password are wrong"));
            case FAILED ->
                leave(Refusal.of(RefusalCode.INTERNAL, "the server cannot read its users; its log says why"));
        }
    }

    private void admitted() {
        wiring().visit().identified();
        wiring().gatherer().frameBytesMax(Wire.FRAME_BYTES_MAX);
        cancelTimer();
        Handshake read = Objects.requireNonNull(handshake);
        if (hub.shards().routes().of(read.shard()).here()) {
            releaseHello();
            introduce();
            return;
        }
        state = State.SEEKING;
        readNoMore();
        ByteBuf hello = Objects.requireNonNull(helloFrame);
        helloFrame = null;
        Forwarder seeking = new Forwarder(context().channel(), hub.shards(), read, hello, this);
        forwarder = seeking;
        seeking.seek();
    }

    @Override
    public void here() {
        forwarder = null;
        introduce();
    }

    @Override
    public void redirect(String server) {
        Gateway.LOG.info("connection={} sent to {}", id, server);
        words.redirect(context(), hub.shards().routes().clusterId(), server);
        farewell();
    }

    @Override
    public @Nullable ByteBuf passedOn(InetSocketAddress address) {
        state = State.PIPED;
        Gateway.LOG.info("connection={} passed on to {}", id, address);
        context().channel().config().setAutoRead(!stopping);
        return wiring().gatherer().takeAll();
    }

    @Override
    public void leaderGone() {
        if (state == State.PIPED) {
            farewell();
        }
    }

    /** A way to a server that does not lead any more leads nowhere: the client comes again. */
    void routesChanged() {
        if (state == State.PIPED && Objects.requireNonNull(forwarder).leadsAstray()) {
            farewell();
        }
    }

    private void introduce() {
        Handshake read = Objects.requireNonNull(handshake);
        if (!inbox().hello(wiring().outlet(), read.greeting())) {
            state = State.INTRODUCING;
            readNoMore();
            return;
        }
        state = State.OPEN;
        introduced = true;
        Gateway.LOG.info(
                "connection={} shard={} client={} user={} address={} opened",
                id,
                read.shard(),
                Printable.of(read.greeting().client()),
                Printable.of(read.greeting().user()),
                context().channel().remoteAddress());
        Pulse beats = new Pulse(hub.config().heartbeat().toMillis(), read.heartbeatMillis());
        pulse = beats;
        timer = context()
                .executor()
                .scheduleWithFixedDelay(() -> beat(beats), beats.millis(), beats.millis(), TimeUnit.MILLISECONDS);
        goOn();
    }

    private void forward() {
        while (waiting == null && state == State.OPEN) {
            ByteBuf frames = wiring().gatherer().take();
            if (frames == null) {
                return;
            }
            try {
                check(frames);
            } catch (FrameException e) {
                frames.release();
                throw e;
            }
            if (!inbox().frames(wiring().outlet(), frames)) {
                waiting = frames;
                readNoMore();
            }
        }
    }

    private void check(ByteBuf frames) {
        int position = frames.readerIndex();
        while (position < frames.writerIndex()) {
            int frameBytes = frames.getIntLE(position);
            position += Wire.LENGTH_BYTES;
            Frames.view(view, frames, position, frameBytes);
            int template = wiring().checker().check(view, 0, frameBytes);
            if (template == HelloDecoder.TEMPLATE_ID) {
                throw new FrameException("Hello: it comes once, as the first frame");
            }
            position += frameBytes;
        }
    }

    @Override
    public void inboxHasRoom() {
        if (state == State.INTRODUCING) {
            introduce();
        } else if (state == State.OPEN && waiting != null) {
            if (inbox().frames(wiring().outlet(), waiting)) {
                waiting = null;
                goOn();
            }
        }
    }

    /** Handles what was read before, then reads again. */
    private void goOn() {
        try {
            forward();
        } catch (FrameException e) {
            leave(Refusal.of(RefusalCode.PROTOCOL, Objects.requireNonNullElse(e.getMessage(), "")));
        }
        if (state == State.OPEN && waiting == null && !stopping) {
            context().channel().config().setAutoRead(true);
        }
    }

    private void readNoMore() {
        context().channel().config().setAutoRead(false);
    }

    /** Says that the server is there, and looks whether the client is. */
    private void beat(Pulse beats) {
        ChannelOutlet outlet = wiring().outlet();
        if (!outlet.hasWritten()) {
            // Nothing before the Welcome.
            return;
        }
        if (!beats.beat(waiting != null || stopping)) {
            leave(Refusal.silent(beats.silenceMillis()));
        } else if (outlet.queuedBytes() <= ChannelOutlet.HIGH_WATER_BYTES) {
            mayTalk();
            words.heartbeat(context(), inbox().serverTimeMillis());
            ChannelHandlerContext unused = context().flush();
        }
    }

    @Override
    public void mayTalk() {
        words.members(
                context(),
                Objects.requireNonNull(handshake).ways(),
                hub.shards().routes());
    }

    @Override
    public void drained() {
        if (state == State.OPEN) {
            inbox().drained(wiring().outlet());
        }
    }

    @Override
    public void finished() {
        if (state != State.LEAVING && state != State.GONE) {
            Gateway.LOG.info("connection={} closed", id);
            farewell();
        }
    }

    @Override
    public void unread(long bytes) {
        if (state != State.GONE) {
            Gateway.LOG.warn(
                    "connection={} closed: the client reads nothing, unread={} limit={}",
                    id,
                    bytes,
                    ChannelOutlet.UNREAD_BYTES_MAX);
            Transport.unwatched(context().close());
        }
    }

    /** Tells the client that the server stops. */
    void shutDown() {
        if (state == State.PIPED) {
            // Whatever is said now may stand in the middle of a frame.
            farewell();
        } else if (context != null) {
            leave(Refusal.of(RefusalCode.SHUTTING_DOWN, "the server is shutting down"));
        }
    }

    /** Takes no more frames; those that were taken are answered still. Whom no shard of this server knows has nothing to wait for, and comes again elsewhere. */
    void stopReading() {
        stopping = true;
        if (state != State.OPEN) {
            shutDown();
        } else {
            readNoMore();
        }
    }

    private void handshakeTimedOut(long timeoutMillis) {
        leave(Refusal.timedOut(state == State.VERIFYING, timeoutMillis));
    }

    @Override
    public void leave(Refusal refusal) {
        if (state == State.LEAVING || state == State.GONE) {
            return;
        }
        Gateway.LOG.info(
                "connection={} address={} refused: code={} {}",
                id,
                context().channel().remoteAddress(),
                refusal.code(),
                refusal.text());
        words.refused(context(), refusal);
        farewell();
    }

    /**
     * Ends our side and reads on for a while without looking: a socket that is closed with something unread resets the connection,
     * and the client would never see why.
     */
    private void farewell() {
        state = State.LEAVING;
        cancelTimer();
        release();
        ChannelHandlerContext ctx = context();
        timer = ctx.executor().schedule(() -> Transport.unwatched(ctx.close()), FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (ctx.channel() instanceof DuplexChannel socket && written.isSuccess()) {
                Transport.unwatched(socket.shutdownOutput());
                socket.config().setAutoRead(true);
            } else {
                Transport.unwatched(ctx.close());
            }
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        State before = state;
        state = State.GONE;
        cancelTimer();
        if (wiring == null) {
            return;
        }
        release();
        wiring().visit().leave();
        if (before == State.OPEN) {
            Gateway.LOG.info("connection={} closed", id);
        }
        if (introduced) {
            inbox().closed(wiring().outlet());
        }
    }

    private void releaseHello() {
        if (helloFrame != null) {
            helloFrame.release();
            helloFrame = null;
        }
    }

    private void release() {
        releaseHello();
        if (forwarder != null) {
            forwarder.close();
        }
        wiring().gatherer().close();
        if (waiting != null) {
            waiting.release();
            waiting = null;
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            // The peer's end is gone: the ordinary way a connection is lost.
            Gateway.LOG.debug("connection={} lost: {}", id, cause.getMessage());
        } else if (state != State.GONE) {
            Gateway.LOG.error("connection={} failed", id, cause);
        }
        Transport.unwatched(ctx.close());
    }

    /** Of the shard that the client asks for; once it has said Hello. */
    private Inbox inbox() {
        return hub.shards().inboxes().get(Objects.requireNonNull(handshake).shard());
    }

    private Wiring wiring() {
        return Objects.requireNonNull(wiring);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }
}
