package dev.sluice.server.simulation.client;

import dev.sluice.link.HandOut;
import dev.sluice.link.LargeBody;
import dev.sluice.link.LinkCall;
import dev.sluice.link.LinkEffects;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkMachine;
import dev.sluice.link.LinkOptions;
import dev.sluice.server.simulation.stage.End;
import dev.sluice.server.simulation.stage.HeapBuffers;
import dev.sluice.server.simulation.stage.Host;
import dev.sluice.server.simulation.stage.Network;
import dev.sluice.wire.FrameException;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Brings calls, frames and time to the real link machine in turns, and does what it asks for, within one run of a client's host. */
final class LinkTurns implements LinkEffects, SimulatedSocket.Owner {
    private static final long CALL_NANOS_MAX = 30_000;
    private static final int PORT = 1;

    private final Host host;
    private final Network network;
    private final LinkMachine.Identity identity;
    private final LinkMachine machine;
    private final Owner owner;
    private final ArrayDeque<LinkCall> calls = new ArrayDeque<>();
    private final ArrayDeque<Runnable> events = new ArrayDeque<>();
    private final Learned learned = new Learned();
    private final HandOut handOut;
    private final Files files;
    private @Nullable SimulatedSocket socket;
    private boolean inTurn;
    private boolean turnPlanned;
    private long timerNanos = Long.MAX_VALUE;

    /** What the server says of itself, and of what may be done. */
    private static final class Learned {
        private long clusterId;
        private long timeOffsetMillis;
        private int window = 1;
        private int chunkBytes = 1;
        private int unconfirmed;
    }

    /** Hears what becomes of the link. */
    interface Owner {
        /** The first Welcome has come. */
        void established();

        /** The link is closed (null) or has failed for good. */
        void ended(@Nullable LinkException failure);

        /** Messages may be handed out for longer, or there is room to send. */
        void mayGoOn();
    }

    LinkTurns(Host host, Network network, LinkOptions options, Owner owner, LinkListener listener) {
        this.host = host;
        this.network = network;
        this.owner = owner;
        identity =
                new LinkMachine.Identity(host.timeline().any(), host.timeline().any());
        machine = new LinkMachine(options, identity, this, listener, host.timeline()::any, HeapBuffers.ALLOCATOR);
        handOut = new HandOut(host);
        files = new Files(host, (body, file) -> happened(() -> machine.spooled(body, file, null)));
    }

    void begin() {
        happened(machine::begin);
    }

    LinkMachine.Identity identity() {
        return identity;
    }

    long clusterId() {
        return learned.clusterId;
    }

    long serverTimeMillis() {
        return learned.timeOffsetMillis + TimeUnit.NANOSECONDS.toMillis(host.nanoTime());
    }

    boolean mayHandOut() {
        return handOut.isAllowed();
    }

    boolean hasRoom() {
        return learned.unconfirmed < learned.window;
    }

    void entered() {
        learned.unconfirmed++;
    }

    /** The length of the pieces of a body: some ten or more of one. */
    int chunkBytes(long bodyBytes) {
        long pieces = host.timeline().between(1, 12);
        return (int) Math.min(learned.chunkBytes, bodyBytes / pieces + 1);
    }

    // ---- turns ----

    void post(LinkCall call) {
        calls.add(call);
        if (!turnPlanned && !inTurn) {
            turnPlanned = true;
            host.after(host.timeline().between(500, CALL_NANOS_MAX), () -> {
                turnPlanned = false;
                turn();
            });
        }
    }

    @Override
    public void happened(Runnable event) {
        events.add(event);
        if (!inTurn) {
            turn();
        }
    }

    private void turn() {
        inTurn = true;
        machine.turn(host.nanoTime(), host.wallMillis());
        for (Runnable event = events.poll(); event != null; event = events.poll()) {
            event.run();
        }
        for (LinkCall call = calls.poll(); call != null; call = calls.poll()) {
            machine.call(call);
        }
        machine.endTurn();
        inTurn = false;
        setTimer();
        if (!events.isEmpty() || !calls.isEmpty()) {
            turn();
        }
    }

    private void setTimer() {
        long next = machine.nextTick();
        if (next >= timerNanos) {
            return;
        }
        timerNanos = next;
        host.after(next - host.nanoTime(), () -> {
            if (timerNanos == next) {
                timerNanos = Long.MAX_VALUE;
            }
            happened(machine::tick);
        });
    }

    // ---- what the machine asks for ----

    @Override
    public void connect(SocketAddress server, Named by) {
        SimulatedSocket attempt = new SimulatedSocket(this);
        socket = attempt;
        InetSocketAddress address = (InetSocketAddress) server;
        // At another port, as it were: a name that is good among servers only.
        String name = address.getPort() == PORT ? address.getHostString() : "";
        network.connect(host, name, end -> {
            if (attempt.isDead()) {
                drop(end);
            } else {
                happened(() -> connectEnded(attempt, end));
            }
        });
    }

    private void connectEnded(SimulatedSocket attempt, @Nullable End end) {
        if (attempt.isDead()) {
            drop(end);
        } else if (end == null) {
            attempt.abandon();
            machine.connectFailed("connection refused");
        } else {
            attempt.connected(end);
            machine.connected();
        }
    }

    private static void drop(@Nullable End end) {
        if (end != null) {
            end.close();
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
        SimulatedSocket open = socket;
        socket = null;
        if (open != null) {
            open.abandon();
        }
    }

    @Override
    public void limits(int windowCommands, long windowBytes, int chunkBytes) {
        learned.window = windowCommands;
        learned.chunkBytes = chunkBytes;
        owner.mayGoOn();
    }

    @Override
    public void data(long clusterId) {
        learned.clusterId = clusterId;
    }

    @Override
    public void commandLeft(long bytes) {
        learned.unconfirmed--;
        owner.mayGoOn();
    }

    @Override
    public void transientLeft(long bytes) {
        // Senders of non-persistent messages send few at a time.
    }

    @Override
    public void handOutUntil(long nanos, long wallMillis) {
        handOut.until(nanos, wallMillis);
        owner.mayGoOn();
    }

    @Override
    public void serverTime(long millis) {
        learned.timeOffsetMillis = millis - TimeUnit.NANOSECONDS.toMillis(host.nanoTime());
    }

    @Override
    public void established() {
        owner.established();
    }

    @Override
    public void ended(@Nullable LinkException failure) {
        owner.ended(failure);
    }

    @Override
    public void spool(LargeBody body, byte[] part) {
        files.append(body, part);
    }

    @Override
    public void unspool(LargeBody body) {
        files.drop(body);
    }

    // ---- what the socket tells ----

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
}
