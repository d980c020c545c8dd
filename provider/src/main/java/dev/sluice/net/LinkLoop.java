package dev.sluice.net;

import dev.sluice.base.Clock;
import dev.sluice.base.Gate;
import dev.sluice.base.Mailbox;
import dev.sluice.base.SharedLong;
import dev.sluice.base.SharedRef;
import dev.sluice.link.Answer;
import dev.sluice.link.DeliverySink;
import dev.sluice.link.LargeBody;
import dev.sluice.link.LinkCall;
import dev.sluice.link.LinkEffects;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkMachine;
import dev.sluice.link.LinkOptions;
import dev.sluice.wire.FrameException;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.Wire;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalAddress;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The event loop's side of a link: brings calls, frames and time to the {@link LinkMachine} in turns, and does what it asks for. All but
 * the methods that say otherwise are for the event loop.
 */
final class LinkLoop implements LinkEffects, Socket.Host, Spooler.Host {
    private static final int MAILBOX_CAPACITY = 8 * 1024;
    private static final int CALLS_PER_TURN = 4 * 1024;

    /** Until Welcome says otherwise. */
    private static final int INITIAL_WINDOW_COMMANDS = 1;

    final Gate window = new Gate(INITIAL_WINDOW_COMMANDS, Wire.FRAME_BYTES_MAX);
    final Gate transientWindow = new Gate(Integer.MAX_VALUE, Wire.FRAME_BYTES_MAX);
    final SharedLong chunkBytes = new SharedLong(Wire.CHUNK_BYTES_MAX);
    final SharedLong handOutUntil;
    final SharedLong clusterId = new SharedLong(0);
    final SharedLong shards = new SharedLong(1);
    final ServerClock serverClock;
    final SharedRef<LinkException> ended = new SharedRef<>();
    final Answer opened = new Answer();

    private final LinkOptions options;
    private final Clock clock;
    private final IoThreads threads;
    private final EventLoop loop;
    private final LinkMachine machine;
    private final Spooler spooler = new Spooler(this);
    private final Mailbox<LinkCall> mailbox = new Mailbox<>(MAILBOX_CAPACITY);
    private final ArrayDeque<LinkCall> callsOfTheLoop = new ArrayDeque<>();
    /** 1 while a turn for the mailbox is on its way. */
    private final SharedLong turnDue = new SharedLong(0);

    private @Nullable Socket socket;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAt;
    private boolean inTurn;

    LinkLoop(LinkOptions options, LinkMachine.Identity identity, LinkListener listener, Clock clock) {
        this.options = options;
        this.clock = clock;
        serverClock = new ServerClock(clock);
        handOutUntil = new SharedLong(clock.nanoTime());
        threads = IoThreads.reaching(options.servers().get(0));
        loop = threads.acquireLoops().next();
        SplittableRandom random = new SplittableRandom(identity.keyLow());
        machine = new LinkMachine(options, identity, this, listener, random::nextLong, ByteBufAllocator.DEFAULT);
    }

    // ---- any thread ----

    void begin() {
        loop.execute(() -> turn(machine::begin));
    }

    boolean isHere() {
        return loop.inEventLoop();
    }

    /**
     * Brings a call to the machine, in the order of the calls of one thread. Waits while the mailbox is full, except on an event loop: on that of
     * the link, from its own turn, the call goes before what is in the mailbox; otherwise it comes after that.
     */
    void post(LinkCall call) {
        LinkException why = ended.value();
        if (why != null) {
            call.refuse(why);
        } else if (loop.inEventLoop() && inTurn) {
            callsOfTheLoop.add(call);
        } else {
            try {
                deliver(call);
            } catch (RejectedExecutionException over) {
                call.refuse(lastWord());
            }
        }
    }

    private void deliver(LinkCall call) {
        if (!IoThreads.isLoop()) {
            mailbox.put(call, this::requestTurn);
        } else if (!mailbox.offer(call)) {
            // It is full: after a turn there is room. Waiting here, two loops could wait for each other.
            loop.execute(() -> post(call));
        }
        requestTurn();
    }

    /** Many calls ask for one turn. */
    private void requestTurn() {
        if (turnDue.value() == 0 && turnDue.replace(0, 1)) {
            loop.execute(this::turnForCalls);
        }
    }

    private LinkException lastWord() {
        LinkException why = ended.value();
        return why == null ? new LinkException(RefusalCode.INTERNAL, "the connection is closed") : why;
    }

    // ---- turns ----

    private void turnForCalls() {
        // Before the mailbox is emptied: a call that comes after it is empty asks for another turn.
        turnDue.set(0);
        turn(() -> {});
    }

    private void turn(Runnable event) {
        beginTurn();
        event.run();
        endTurn();
    }

    @Override
    public void beginTurn() {
        inTurn = true;
        machine.turn(clock.nanoTime(), clock.wallMillis());
    }

    @Override
    public void endTurn() {
        for (int calls = 0; calls < CALLS_PER_TURN; calls++) {
            LinkCall call = callsOfTheLoop.poll();
            if (call == null) {
                call = mailbox.poll();
            }
            if (call == null) {
                break;
            }
            machine.call(call);
        }
        machine.endTurn();
        inTurn = false;
        if (!callsOfTheLoop.isEmpty() || !mailbox.isEmpty()) {
            requestTurn();
        }
        setTimer();
    }

    private void setTimer() {
        if (ended.value() != null) {
            return;
        }
        long at = machine.nextTick();
        ScheduledFuture<?> current = timer;
        if (current != null && at - timerAt >= 0) {
            // It goes off too early, finds nothing due and is set again: cheaper than moving it at every turn.
            return;
        }
        if (current != null) {
            boolean unused = current.cancel(false);
        }
        timerAt = at;
        timer = loop.schedule(this::timerWentOff, Math.max(0, at - clock.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void timerWentOff() {
        timer = null;
        turn(() -> {
            if (spooler.isPaused()) {
                machine.heard();
            }
            machine.tick();
        });
    }

    // ---- what the machine asks for ----

    @Override
    public void connect(SocketAddress server) {
        Socket attempt = new Socket(this);
        socket = attempt;
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(threads.channel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.min(Integer.MAX_VALUE, options.connectTimeout().toMillis()))
                .handler(attempt);
        if (!(server instanceof LocalAddress)) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true);
        }
        ChannelFuture future = bootstrap.connect(server);
        // Not at once: the attempt may be over before the machine has made it.
        future.addListener(done -> loop.execute(() -> connectEnded(attempt, future)));
    }

    private void connectEnded(Socket attempt, ChannelFuture future) {
        if (attempt.isDead()) {
            var unused = future.channel().close();
        } else if (future.isSuccess()) {
            serverClock.asked();
            turn(machine::connected);
        } else {
            attempt.abandon();
            Throwable cause = future.cause();
            String why = cause == null ? "cancelled" : String.valueOf(cause.getMessage());
            turn(() -> machine.connectFailed(why));
        }
    }

    @Override
    public void write(ByteBuf frames) {
        Channel channel = socket == null ? null : socket.channel();
        if (channel == null) {
            frames.release();
        } else {
            var unused = channel.write(frames);
        }
    }

    @Override
    public void flush() {
        Channel channel = socket == null ? null : socket.channel();
        if (channel != null) {
            channel.flush();
        }
    }

    @Override
    public void disconnect() {
        Socket open = socket;
        socket = null;
        if (open != null) {
            open.abandon();
        }
    }

    @Override
    public void data(long id, int shardCount) {
        clusterId.set(id);
        shards.set(shardCount);
    }

    @Override
    public void limits(int windowCommands, long windowBytes, int chunkBytesMax) {
        window.limits(windowCommands, windowBytes);
        transientWindow.limits(Integer.MAX_VALUE, windowBytes);
        chunkBytes.set(Math.min(chunkBytesMax, Wire.CHUNK_BYTES_MAX));
    }

    @Override
    public void commandLeft(long bytes) {
        window.leave(bytes);
    }

    @Override
    public void transientLeft(long bytes) {
        transientWindow.leave(bytes);
    }

    @Override
    public void handOutUntil(long nanos) {
        handOutUntil.set(nanos);
    }

    @Override
    public void serverTime(long millis) {
        serverClock.heard(millis);
    }

    @Override
    public void established() {
        opened.succeed(0);
    }

    @Override
    public void ended(@Nullable LinkException failure) {
        ended.set(failure == null ? lastWord() : failure);
        window.close();
        transientWindow.close();
        spooler.close();
        if (timer != null) {
            boolean unused = timer.cancel(false);
        }
        if (!opened.isDone()) {
            opened.fail(lastWord());
        }
        // In a task behind this turn, which answers what is still in the mailbox.
        loop.execute(() -> {
            turnForCalls();
            threads.releaseLoops();
        });
    }

    @Override
    public void spool(LargeBody body, byte[] part) {
        spooler.append(body, part);
    }

    @Override
    public void unspool(LargeBody body) {
        spooler.drop(body);
    }

    // ---- what happens outside ----

    @Override
    public void received(ByteBuf frames) {
        machine.received(frames);
    }

    @Override
    public void malformed(FrameException broken) {
        machine.malformed(broken);
    }

    @Override
    public void lost(String why) {
        machine.lost(why);
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void reading(boolean on) {
        Channel channel = socket == null ? null : socket.channel();
        if (channel != null) {
            channel.config().setAutoRead(on);
        }
    }

    @Override
    public void spooled(LargeBody body, DeliverySink.@Nullable SpooledBody file, @Nullable String failure) {
        turn(() -> machine.spooled(body, file, failure));
    }
}
