package dev.sluice.link;

import dev.sluice.wire.BucketMap;
import dev.sluice.wire.ClientFrameWriter;
import dev.sluice.wire.FrameChecker;
import dev.sluice.wire.FrameException;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.ServerFrameAdapter;
import dev.sluice.wire.codec.WelcomeDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one link: handshake, numbering, resending, claims, heartbeats, and what to do when the socket is lost. No
 * socket, clock or thread in it: its one owner brings time and what happens, and does what {@link LinkEffects} ask. The calls of one
 * event are a turn: it begins with {@link #turn} and ends with {@link #endTurn}, and calls from within callbacks wait for a later turn.
 */
public final class LinkMachine implements CommandQueue.Observer {
    private static final int CONFIRMS_BETWEEN_BEATS = 4096;
    private static final int PROTOCOL_ENDS_MAX = 5;
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LinkOptions options;
    private final Hello hello;
    private final LinkEffects effects;
    final LinkListener listener;
    private final Output output;
    private final CommandQueue commands = new CommandQueue(this);
    private final TransientQueue transients;
    private final Consumers consumers;
    private final Browsing browsing;
    private final Incoming incoming = new Incoming(this);
    private final FrameChecker checker = FrameChecker.ofServerFrames();
    private final ServerFrameAdapter adapter = new ServerFrameAdapter();
    private final Heartbeats heartbeats = new Heartbeats();
    private final Backoff backoff;
    private final Patience patience;
    private final List<Answer> closers = new ArrayList<>();
    final Candidates candidates;

    private LinkState state = LinkState.NEW;
    private long now;
    private long sessionId;
    private long beatConfirmed;
    /** When the attempt, the wait for Welcome or the wait before the next attempt is over; when closing takes too long. */
    private long stepEnds;

    private int protocolEnds;
    private boolean sessionClosed;
    private boolean closeAsked;
    private long closeEnds;
    private long handOutUntil;
    private boolean claimsOpen;
    private @Nullable LinkException end;

    /** Ready to {@link #begin}. */
    public LinkMachine(
            LinkOptions options,
            Identity identity,
            LinkEffects effects,
            LinkListener listener,
            LongSupplier random,
            ByteBufAllocator allocator) {
        this.options = options;
        hello = new Hello(options, identity);
        this.effects = effects;
        this.listener = listener;
        output = new Output(allocator, effects);
        transients = new TransientQueue(effects);
        consumers = new Consumers(commands, output, effects);
        browsing = new Browsing(output, effects);
        backoff = new Backoff(random);
        patience = new Patience(options);
        candidates = new Candidates(options);
    }

    /** The random key of the session, chosen by the client. */
    public record Identity(long keyHigh, long keyLow) {}

    // ---- turns ----

    /** Something happens at this time of the monotonic and of the wall clock. */
    public void turn(long nanoTime, long wallMillis) {
        now = nanoTime;
        long slept = heartbeats.turn(nanoTime, wallMillis);
        if (slept > 0 && sessionId != 0 && state.isLooking()) {
            // The server's patience went on meanwhile.
            handOutUntil(handOutUntil - heartbeats.stoodStill());
        } else if (slept > 0 && state == LinkState.ATTACHED) {
            // The server may have given us up meanwhile, and what waits to be read is older: the claims must be asked
            // for.
            drop("this client did not run for " + TimeUnit.NANOSECONDS.toMillis(slept) + " ms", now - slept);
        }
    }

    /** The end of a turn: what was written goes out. */
    public void endTurn() {
        if (isAttached()) {
            if (commands.confirmedThrough() - beatConfirmed >= CONFIRMS_BETWEEN_BEATS) {
                beat();
            }
            output.flush();
        }
        if (sessionClosed && state == LinkState.CLOSING) {
            finish(null);
        }
    }

    /** Time has come for something, perhaps. */
    public void tick() {
        switch (state) {
            case CONNECTING, GREETING -> {
                if (isExhausted()) {
                    giveUp(patience.spent());
                } else if (now - stepEnds >= 0) {
                    drop("no answer within " + TimeUnit.NANOSECONDS.toMillis(candidates.stepNanos()) + " ms", now);
                }
            }
            case WAITING -> {
                if (isExhausted()) {
                    giveUp(patience.spent());
                } else if (now - stepEnds >= 0) {
                    connect();
                }
            }
            case ATTACHED, CLOSING -> watch();
            case NEW, ENDED -> {}
        }
    }

    /** When {@link #tick} is due, at the latest. */
    public long nextTick() {
        return switch (state) {
            case ATTACHED -> heartbeats.nextTick();
            case CLOSING -> earlier(stepEnds, heartbeats.nextTick());
            case CONNECTING, GREETING, WAITING -> {
                boolean limited = sessionId != 0 && patience.isLimited();
                long due = limited ? earlier(stepEnds, patience.end()) : stepEnds;
                yield closeAsked ? earlier(due, closeEnds) : due;
            }
            case NEW, ENDED -> now + TimeUnit.DAYS.toNanos(1);
        };
    }

    private static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }

    private void watch() {
        if (heartbeats.isServerLost(now)) {
            LinkException why = unreachable("three heartbeats without a word: " + heartbeats.silentMillis(now) + " ms");
            // It may be frozen, and would take a new socket without a word.
            candidates.silent();
            effects.disconnect();
            // The server may have been silent because it lost us that long ago.
            socketEnded(why, heartbeats.lastHeard());
        } else if (state == LinkState.CLOSING && now - stepEnds >= 0) {
            finish(null);
        } else if (heartbeats.isBeatDue(now)) {
            beat();
        }
    }

    private void beat() {
        beatConfirmed = commands.confirmedThrough();
        heartbeats.beaten(now);
        ClientFrameWriter frame = output.frame();
        frame.end(frame.clientHeartbeat().confirmedThrough(beatConfirmed).limit());
    }

    // ---- calls ----

    /** Hands in what a caller wants. */
    public void call(LinkCall call) {
        if (closeAsked || state == LinkState.ENDED) {
            call.refuse(end == null ? closed() : end);
        } else {
            call.enter(this);
        }
    }

    void submit(Command command) {
        commands.add(command);
        if (isAttached()) {
            commands.pump(output);
        }
    }

    void submitTransient(TransientPart part) {
        transients.add(part);
        if (isAttached()) {
            transients.pump(output);
        }
    }

    Consumers consumers() {
        return consumers;
    }

    Browsing browsing() {
        return browsing;
    }

    /**
     * Ends the session if the server can be told, and then the link. While the socket is away the server is looked for a little longer when
     * commands are on their way: what was received and acknowledged must not come again after an orderly close.
     */
    void close(Answer reply) {
        closers.add(reply);
        closeAsked = true;
        closeEnds = now + CLOSE_NANOS;
        if (state == LinkState.ATTACHED) {
            beginClosing();
            submit(closeSession());
        } else if (sessionId != 0 && !commands.isEmpty()) {
            commands.add(closeSession());
        } else {
            finish(null);
        }
    }

    private static Command closeSession() {
        return Command.closing(new CommandEncoder().closeSession());
    }

    private void beginClosing() {
        state = state.to(LinkState.CLOSING);
        stepEnds = closeEnds;
    }

    // ---- connecting ----

    /** Connects to the first server. */
    public void begin() {
        connect();
    }

    private void connect() {
        state = state.to(LinkState.CONNECTING);
        stepEnds = now + candidates.stepNanos();
        effects.connect(candidates.current(), candidates.named());
    }

    /** The socket is there. */
    public void connected() {
        state = state.to(LinkState.GREETING);
        stepEnds = now + candidates.stepNanos();
        heartbeats.heard(now);
        hello.write(output.frame(), sessionId, candidates.unreached());
        output.flush();
    }

    /** There is no socket. */
    public void connectFailed(String why) {
        socketEnded(unreachable(why), now);
    }

    /** The socket is gone. */
    public void lost(String why) {
        if (isAttached() || state == LinkState.GREETING) {
            socketEnded(unreachable(why), now);
        }
    }

    private LinkException unreachable(String why) {
        return new LinkException(RefusalCode.SHUTTING_DOWN, candidates.name() + ": " + why);
    }

    private void drop(String why, long graceFrom) {
        effects.disconnect();
        socketEnded(unreachable(why), graceFrom);
    }

    private void socketEnded(LinkException reason, long graceFrom) {
        LinkState before = state;
        output.discard();
        // The end of the session itself need not be confirmed.
        if (before == LinkState.CLOSING && commands.unconfirmed() <= 1) {
            finish(null);
            return;
        }
        if (sessionId == 0) {
            firstAttemptFailed(reason, false);
            return;
        }
        state = state.to(LinkState.WAITING);
        if (before == LinkState.ATTACHED || before == LinkState.CLOSING) {
            patience.begin(now);
            long claimsEnd = heartbeats.claimsEndAfterLoss(graceFrom);
            if (claimsEnd - handOutUntil < 0) {
                // Never later than before: what was heard last may be older than it looks.
                handOutUntil(claimsEnd);
            }
            commands.rewind();
            consumers.socketLost();
            transients.socketLost();
            browsing.socketLost();
            listener.interrupted(reason);
        } else {
            candidates.next();
        }
        stepEnds = now + backoff.nextNanos();
        if (isExhausted()) {
            giveUp(patience.spent());
        } else if (now - stepEnds >= 0) {
            connect();
        }
    }

    /** Each server is tried, all before it is given up; who starts an application wants to know at once that there is none. */
    private void firstAttemptFailed(LinkException reason, boolean answered) {
        output.discard();
        if (candidates.hasFailedAsAll(reason, answered)) {
            finish(candidates.failure(reason));
        } else {
            state = state.to(LinkState.WAITING);
            connect();
        }
    }

    private boolean isExhausted() {
        boolean closeIsOver = closeAsked && now - closeEnds >= 0;
        return closeIsOver || (sessionId != 0 && patience.isOver(now));
    }

    // ---- what the server says ----

    /** The server is alive, though nothing of it is read at the moment. */
    public void heard() {
        heartbeats.heard(now);
    }

    /** Bytes came that cannot be frames. */
    public void malformed(FrameException broken) {
        refusedConnection(new LinkException(
                RefusalCode.PROTOCOL,
                candidates.name() + " sent what is no frame of the protocol: " + broken.getMessage(),
                broken));
    }

    /** Whole frames came. The buffer is read, not released. */
    public void received(ByteBuf frames) {
        if (!isAttached() && state != LinkState.GREETING) {
            // Of a socket that was given up.
            return;
        }
        if (isAttached() && !claimsOpen) {
            if (now - handOutUntil >= 0) {
                // It may be of a time before the server, or the one that leads now, gave us up: the claims must be
                // asked for.
                drop("it was silent for " + heartbeats.silentMillis(now) + " ms", heartbeats.lastHeard());
                return;
            }
            heartbeats.heard(now);
            handOutUntil(heartbeats.claimsEnd());
        }
        heartbeats.heard(now);
        try {
            checker.checkAll(frames);
            adapter.readAll(frames, incoming);
        } catch (FrameException broken) {
            malformed(broken);
        }
    }

    /** The server names the one that serves the shard: that is asked, and this one again when it cannot be reached. */
    void redirected(String server, long clusterId) {
        if (!candidates.redirected(server, clusterId)) {
            refusedConnection(new LinkException(
                    RefusalCode.SHUTTING_DOWN,
                    "the servers send this client from one to another, or to another cluster; the last named "
                            + server));
            return;
        }
        effects.disconnect();
        state = state.to(LinkState.WAITING);
        connect();
    }

    void welcome(WelcomeDecoder frame) {
        if (state != LinkState.GREETING) {
            throw new FrameException("Welcome in the middle of a connection");
        }
        if (!candidates.welcomed(frame.clusterId())) {
            refusedConnection(new LinkException(
                    RefusalCode.SHUTTING_DOWN, "what answers there is not the server that another one named"));
            return;
        }
        boolean first = sessionId == 0;
        if (!first && (frame.resumed() == 0 || frame.sessionId() != sessionId)) {
            effects.disconnect();
            giveUp(new LinkException(RefusalCode.SESSION_UNKNOWN, "the server began another session"));
            return;
        }
        sessionId = frame.sessionId();
        heartbeats.agree(options.heartbeat().toMillis(), frame.heartbeatMillis(), frame.graceMillis());
        effects.serverTime(frame.serverTimeMillis());
        effects.data(frame.clusterId());
        listener.buckets(BucketMap.of(frame));
        effects.limits((int) frame.windowCommands(), frame.windowBytes(), (int) frame.chunkBytesMax());
        commands.window((int) frame.windowCommands(), frame.windowBytes());
        transients.window(frame.windowBytes());
        state = state.to(LinkState.ATTACHED);
        goOn(frame.incarnation());
        if (closeAsked) {
            beginClosing();
        }
        String at = candidates.name();
        if (first) {
            listener.established(at);
            effects.established();
        } else {
            listener.resumed(at);
        }
    }

    private void goOn(long incarnation) {
        beat();
        // First the unconfirmed acknowledgements: once every claim is made the server sends out what no one claims.
        consumers.prepareReattach(incarnation);
        commands.pump(output);
        consumers.reattach();
        consumers.goOn();
        transients.pump(output);
        browsing.goOn();
        claimsOpen = true;
        settleClaims();
    }

    private void handOutUntil(long nanos) {
        handOutUntil = nanos;
        effects.handOutUntil(nanos, heartbeats.wallMillisAt(nanos));
    }

    /** Messages may be handed out once the server has said of each consumer what became of its claims. */
    void settleClaims() {
        if (claimsOpen && !consumers.hasOpenClaims()) {
            claimsOpen = false;
            handOutUntil(heartbeats.claimsEnd());
        }
    }

    boolean isGreeting() {
        return state == LinkState.GREETING;
    }

    boolean isAttached() {
        return state == LinkState.ATTACHED || state == LinkState.CLOSING;
    }

    void confirmed(long through) {
        commands.confirmed(through);
        consumers.confirmed(through);
        commands.pump(output);
        backoff.reset();
        protocolEnds = 0;
        settleClaims();
    }

    CommandQueue commands() {
        return commands;
    }

    void taken(long bytes) {
        transients.taken(bytes);
        transients.pump(output);
    }

    void serverTime(long millis) {
        effects.serverTime(millis);
        backoff.reset();
        protocolEnds = 0;
    }

    /** The server (or we) ended the connection for this reason. */
    void refusedConnection(LinkException why) {
        if (state == LinkState.ENDED || state == LinkState.WAITING) {
            return;
        }
        effects.disconnect();
        boolean hearsay = state == LinkState.GREETING && !candidates.isLastWord(why.code());
        boolean otherServerMayHelp = hearsay
                || switch (why.code()) {
                    case SHUTTING_DOWN -> true;
                    case PROTOCOL -> sessionId != 0 && ++protocolEnds <= PROTOCOL_ENDS_MAX;
                    case AUTHENTICATION, VERSION, NAMESPACE, SESSION_UNKNOWN, CLIENT_ID_IN_USE -> false;
                    default -> sessionId != 0;
                };
        if (!otherServerMayHelp) {
            giveUp(why);
        } else if (sessionId == 0) {
            firstAttemptFailed(why, true);
        } else {
            socketEnded(why, now);
        }
    }

    @Override
    public void written(Command command) {
        consumers.written(command);
    }

    @Override
    public void leaves(Command command) {
        if (command.kind() == Command.Kind.PUBLISHING) {
            effects.commandLeft(command.bytes());
        }
        if (command.kind() == Command.Kind.CLOSE_SESSION) {
            sessionClosed = true;
        }
        consumers.left(command);
    }

    /** A body's file is complete, or {@code failure} says why not. */
    public void spooled(LargeBody body, DeliverySink.@Nullable SpooledBody spooled, @Nullable String failure) {
        if (spooled != null) {
            body.ready(spooled);
        }
        boolean wanted = consumers.spooled(body, failure) || browsing.spooled(body, failure);
        if (!wanted && spooled != null) {
            spooled.close();
        }
    }

    // ---- the end ----

    private static LinkException closed() {
        return new LinkException(RefusalCode.INTERNAL, "the connection is closed");
    }

    /** There is no way on; who closes anyway need not hear why. */
    private void giveUp(LinkException why) {
        finish(closeAsked ? null : why);
    }

    private void finish(@Nullable LinkException failure) {
        state = state.to(LinkState.ENDED);
        end = failure == null ? closed() : failure;
        output.flush();
        output.discard();
        effects.disconnect();
        handOutUntil(now);
        // Before the replies are done: whoever is woken sees an ended link.
        effects.ended(failure);
        consumers.giveUp();
        commands.giveUp(end);
        transients.giveUp();
        browsing.giveUp(end);
        if (failure != null && sessionId != 0) {
            listener.failed(failure);
        }
        closers.forEach(reply -> reply.succeed(0));
        closers.clear();
    }
}
