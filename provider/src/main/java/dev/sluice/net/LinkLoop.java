package dev.sluice.net;

import dev.sluice.base.Backlog;
import dev.sluice.base.Clock;
import dev.sluice.base.Gate;
import dev.sluice.base.Mailbox;
import dev.sluice.base.SharedLong;
import dev.sluice.base.SharedRef;
import dev.sluice.base.Turns;
import dev.sluice.link.Answer;
import dev.sluice.link.DeliverySink;
import dev.sluice.link.HandOut;
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
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalAddress;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outside of a link: brings calls, frames and time to the {@link LinkMachine} in turns, and does what it asks for. A turn is taken by
 * whoever has something for the machine while no other thread has one: the event loop with what the socket gave, or the application's
 * thread with a call that is to go out at once, which then writes to the socket itself. Nobody waits for a turn: who finds it taken leaves
 * what there is to its owner, who looks again after it. All but the methods that say otherwise are for the owner of the turn.
 */
final class LinkLoop implements LinkEffects, Socket.Host, Spooler.Host {
    private static final Logger LOG = LoggerFactory.getLogger(LinkLoop.class);
    private static final int MAILBOX_CAPACITY = 8 * 1024;
    private static final int CALLS_PER_TURN = 4 * 1024;
    private static final int EVENTS_PER_TURN = 64;

    /** A thread that works for others as well goes on with its own after so many turns. */
    private static final int TURNS_MAX = 16;

    /** Until Welcome says otherwise. */
    private static final int INITIAL_WINDOW_COMMANDS = 1;

    final Gate window = new Gate(INITIAL_WINDOW_COMMANDS, Wire.FRAME_BYTES_MAX);
    final Gate transientWindow = new Gate(Integer.MAX_VALUE, Wire.FRAME_BYTES_MAX);
    final SharedLong chunkBytes = new SharedLong(Wire.CHUNK_BYTES_MAX);
    final HandOut handOut;
    final SharedLong clusterId = new SharedLong(0);
    final ServerClock serverClock;
    final SharedRef<LinkException> ended = new SharedRef<>();
    final Answer opened = new Answer();

    private final LinkOptions options;
    private final Clock clock;
    private final IoThreads threads;
    private final EventLoop loop;
    private final LinkMachine machine;
    private final Spooler spooler = new Spooler(this);
    private final Turns turns = new Turns(new Work());
    private final Mailbox<LinkCall> mailbox = new Mailbox<>(MAILBOX_CAPACITY);
    /** What happened outside, from the event loop. */
    private final Backlog<Runnable> events = new Backlog<>();

    private final ArrayDeque<LinkCall> callsOfTheTurn = new ArrayDeque<>();
    /** 1 while the event loop is on its way to the mailbox. */
    private final SharedLong loopDue = new SharedLong(0);

    private @Nullable Socket socket;
    private SocketAddress asked;
    private long askedNanos;
    /** Whether it is asked since another server named it, and not connected yet. */
    private boolean isHint;

    private @Nullable ScheduledFuture<?> timer;
    private long timerAt;
    /** How many were set: one that went off may have been replaced meanwhile. */
    private long timers;

    LinkLoop(LinkOptions options, LinkMachine.Identity identity, LinkListener listener, Clock clock) {
        this.options = options;
        this.clock = clock;
        serverClock = new ServerClock(clock);
        handOut = new HandOut(clock);
        threads = IoThreads.reaching(options.servers().get(0));
        loop = threads.acquireLoops().next();
        asked = options.servers().get(0);
        SplittableRandom random = new SplittableRandom(identity.keyLow());
        machine = new LinkMachine(options, identity, this, listener, random::nextLong, ByteBufAllocator.DEFAULT);
    }

    // ---- any thread ----

    void begin() {
        execute(machine::begin);
    }

    /** Whether the caller has a turn or is an event loop, and so must not wait for what only turns and loops bring about. */
    static boolean mustNotWait() {
        return Turns.isTaken() || IoThreads.isLoop();
    }

    /**
     * Brings a call to the machine, in the order of the calls of one thread, and out to the socket: by the caller itself where that can be.
     * Waits while the mailbox is full, unless the caller {@link #mustNotWait}; from within a turn of this link it comes next.
     */
    void post(LinkCall call) {
        post(call, threads.mayWriteDirectly());
    }

    /** As {@link #post}, for a call that nobody waits for: by the event loop, with others that come meanwhile. */
    void postLater(LinkCall call) {
        post(call, false);
    }

    private void post(LinkCall call, boolean now) {
        LinkException why = ended.value();
        if (why != null) {
            call.refuse(why);
        } else if (turns.isMine()) {
            callsOfTheTurn.add(call);
        } else if (mailbox.offer(call)) {
            see(now);
        } else if (mustNotWait()) {
            // After a turn there is room. Waiting here, two threads could wait for each other.
            onLoop(() -> post(call, now));
        } else {
            mailbox.put(call, () -> see(now));
            see(now);
        }
    }

    private void see(boolean now) {
        if (now) {
            workOff();
        } else if (loopDue.value() == 0 && loopDue.replace(0, 1)) {
            // Many calls ask for one visit.
            onLoop(this::visit);
        }
    }

    private void visit() {
        // Before the mailbox is emptied: a call that comes after it is empty asks for another visit.
        loopDue.set(0);
        workOff();
    }

    /** On the event loop, or here and now when that has ended with the link: then all that happens is that calls are refused. */
    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException over) {
            loopDue.set(0);
            workOff();
        }
    }

    private LinkException lastWord() {
        LinkException why = ended.value();
        return why == null ? new LinkException(RefusalCode.INTERNAL, "the connection is closed") : why;
    }

    // ---- turns ----

    /** Any thread: takes turns until there is nothing to do, or another thread has the turn: that one looks again after it. */
    @Override
    public void workOff() {
        // Once the link has ended there may be no event loop to go on.
        if (!turns.take(ended.value() == null ? TURNS_MAX : Integer.MAX_VALUE)) {
            onLoop(this::workOff);
        }
    }

    private final class Work implements Turns.Work {
        @Override
        public boolean isThere() {
            return !events.isEmpty() || !mailbox.isEmpty();
        }

        @Override
        public void doIt() {
            try {
                turn();
            } catch (RuntimeException | Error fault) {
                broken(fault);
            }
        }
    }

    private void turn() {
        machine.turn(clock.nanoTime(), clock.wallMillis());
        Runnable event = events.poll();
        for (int count = 1; event != null; count++) {
            event.run();
            event = count < EVENTS_PER_TURN ? events.poll() : null;
        }
        LinkCall call = nextCall();
        for (int calls = 1; call != null; calls++) {
            machine.call(call);
            call = calls < CALLS_PER_TURN ? nextCall() : callsOfTheTurn.poll();
        }
        machine.endTurn();
        setTimer();
    }

    /** A turn ended in its middle: what it had of the socket is gone, so that only a new socket helps. */
    private void broken(Throwable fault) {
        LOG.error("the link failed in itself; it connects anew", fault);
        try {
            if (socket != null) {
                socket.abandon();
            }
            machine.lost("this client failed: " + fault);
            setTimer();
        } catch (RuntimeException | Error again) {
            LOG.error("the link failed again", again);
        }
    }

    private @Nullable LinkCall nextCall() {
        LinkCall call = callsOfTheTurn.poll();
        return call == null ? mailbox.poll() : call;
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
        long number = ++timers;
        long nanos = Math.max(0, at - clock.nanoTime());
        timer = loop.schedule(() -> timerWentOff(number), nanos, TimeUnit.NANOSECONDS);
    }

    /** On the event loop. */
    private void timerWentOff(long number) {
        happened(() -> {
            if (number == timers) {
                timer = null;
            }
            if (spooler.isPaused()) {
                machine.heard();
            }
            machine.tick();
        });
        workOff();
    }

    // ---- what the machine asks for ----

    @Override
    public void connect(SocketAddress server, Named by) {
        Socket attempt = new Socket(this);
        socket = attempt;
        asked = server;
        askedNanos = clock.nanoTime();
        isHint = by == Named.LEADER;
        if (isHint && DeadEnds.ALL.has(server)) {
            execute(() -> connectFailed(attempt, new ConnectException("not reached some minutes ago: " + server)));
            return;
        }
        long millis = options.connectTimeout().toMillis();
        long most = by == Named.BY_APPLICATION ? Integer.MAX_VALUE : DeadEnds.TRYING_MILLIS;
        Lookups.resolve(
                server,
                (resolved, unknown) -> onLoop(() -> {
                    happened(() -> open(attempt, resolved, unknown, (int) Math.min(most, millis)));
                    workOff();
                }));
    }

    private void open(Socket attempt, SocketAddress server, @Nullable Throwable unknown, int timeoutMillis) {
        if (attempt.isDead()) {
            return;
        }
        if (unknown != null) {
            connectFailed(attempt, unknown);
            return;
        }
        Channel channel;
        try {
            channel = attempt.opened(threads.open());
        } catch (ChannelException none) {
            connectFailed(attempt, none);
            return;
        }
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(() -> channel)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                .handler(attempt);
        if (!(server instanceof LocalAddress)) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true);
        }
        loop.execute(() -> bootstrap.connect(server).addListener((ChannelFuture done) -> connectEnded(attempt, done)));
    }

    /** On the event loop. */
    private void connectEnded(Socket attempt, ChannelFuture future) {
        Throwable cause = future.cause();
        // Not at once: the attempt may be over before the machine has made it.
        execute(() -> {
            if (attempt.isDead()) {
                var unused = future.channel().close();
            } else if (future.isSuccess()) {
                isHint = false;
                serverClock.asked();
                machine.connected();
            } else {
                connectFailed(attempt, cause);
            }
        });
    }

    private void connectFailed(Socket attempt, @Nullable Throwable cause) {
        if (!attempt.isDead()) {
            if (isHint) {
                isHint = false;
                DeadEnds.ALL.failed(asked, askedNanos);
            }
            attempt.abandon();
            machine.connectFailed(cause == null ? "cancelled" : String.valueOf(cause.getMessage()));
        }
    }

    @Override
    public void write(ByteBuf frames) {
        if (socket == null) {
            frames.release();
        } else {
            socket.write(frames);
        }
    }

    @Override
    public void flush() {
        if (socket != null) {
            socket.flush();
        }
    }

    @Override
    public void disconnect() {
        Socket open = socket;
        socket = null;
        if (isHint && clock.nanoTime() - askedNanos >= TimeUnit.MILLISECONDS.toNanos(DeadEnds.TRYING_MILLIS)) {
            // Its name was looked up in vain, for longer than an attempt may take.
            DeadEnds.ALL.failed(asked, askedNanos);
        }
        if (open != null) {
            open.abandon();
        }
    }

    @Override
    public void data(long id) {
        clusterId.set(id);
    }

    @Override
    public void limits(int windowCommands, long windowBytes, int chunkBytesMax) {
        DeadEnds.ALL.reached(asked);
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
    public void handOutUntil(long nanos, long wallMillis) {
        handOut.until(nanos, wallMillis);
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
            workOff();
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
    public void happened(Runnable event) {
        events.add(event);
    }

    /** Any thread: runs a task within a turn. */
    @Override
    public void execute(Runnable task) {
        loop.execute(() -> {
            happened(task);
            workOff();
        });
    }

    @Override
    public void reading(boolean on) {
        if (socket != null) {
            socket.reading(on);
        }
    }

    @Override
    public void spooled(LargeBody body, DeliverySink.@Nullable SpooledBody file, @Nullable String failure) {
        machine.spooled(body, file, failure);
    }
}
