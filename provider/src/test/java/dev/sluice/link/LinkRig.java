package dev.sluice.link;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A link machine and a model server with a socket between them that the test pumps and breaks; time is a number. */
final class LinkRig implements LinkEffects, LinkListener {
    static final SocketAddress ONE = InetSocketAddress.createUnresolved("one", 7676);
    static final SocketAddress TWO = InetSocketAddress.createUnresolved("two", 7676);

    final ModelServer server = new ModelServer();
    final List<String> events = new ArrayList<>();
    final LinkMachine machine;
    String lastReason = "";
    long wallAheadMillis;
    long nanos = TimeUnit.SECONDS.toNanos(1);
    long handOutUntil;
    long windowLeft;
    boolean socket;

    @Nullable LinkException failure;

    boolean ended;

    private final ByteBuf toServer = Unpooled.buffer();
    private final CommandEncoder encoder = new CommandEncoder();
    private @Nullable SocketAddress connecting;

    LinkRig() {
        this(options(LinkOptions.FOREVER, ONE, TWO));
    }

    LinkRig(LinkOptions options) {
        machine = new LinkMachine(
                options, new LinkMachine.Identity(1, 2), this, this, () -> 0, new UnpooledByteBufAllocator(false));
    }

    static LinkOptions options(Duration reconnectFor, SocketAddress... servers) {
        return new LinkOptions(
                List.of(servers), "", null, null, reconnectFor, Duration.ofSeconds(5), Duration.ofSeconds(5));
    }

    // ---- steps ----

    void turn(Runnable action) {
        machine.turn(nanos, TimeUnit.NANOSECONDS.toMillis(nanos) + wallAheadMillis);
        action.run();
        machine.endTurn();
    }

    @CanIgnoreReturnValue
    LinkRig opened() {
        turn(machine::begin);
        connect();
        exchange();
        return this;
    }

    /** The attempt succeeds. */
    void connect() {
        if (connecting == null) {
            throw new AssertionError("no attempt is on its way: " + events);
        }
        connecting = null;
        socket = true;
        turn(machine::connected);
    }

    boolean isConnecting() {
        return connecting != null;
    }

    void refuseConnect() {
        connecting = null;
        turn(() -> machine.connectFailed("Connection refused"));
    }

    /** Brings to each side what the other has written, until both are silent. */
    void exchange() {
        for (int round = 0; round < 10; round++) {
            toServer();
            toClient();
        }
    }

    void toServer() {
        ByteBuf frames = toServer.copy();
        toServer.clear();
        server.receive(frames);
    }

    void toClient() {
        ByteBuf frames = server.take();
        if (socket && frames.isReadable()) {
            turn(() -> machine.received(frames));
        }
    }

    /** The socket dies; what was on its way in either direction is gone. */
    void breakSocket() {
        if (socket) {
            socket = false;
            toServer.clear();
            server.socketLost();
            turn(() -> machine.lost("broken"));
        }
    }

    /** Everything comes back. */
    void reconnect() {
        for (int attempts = 0; connecting == null && attempts < 100; attempts++) {
            pass(Duration.ofMillis(50));
        }
        connect();
        exchange();
    }

    void pass(Duration time) {
        nanos += time.toNanos();
        turn(machine::tick);
    }

    @CanIgnoreReturnValue
    Command publish(String text) {
        Command command = Command.publishing(encoder.publish(
                new Link.Publication(1, 4, 0, 0), true, 0, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)));
        turn(() -> machine.call(command));
        return command;
    }

    void publishTransient(String text) {
        ByteBuf frame = encoder.publish(
                new Link.Publication(1, 4, 0, 0), false, 0, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        turn(() -> machine.call(new TransientPart(frame, 0, true, true)));
    }

    @CanIgnoreReturnValue
    <C extends Command> C call(C command) {
        turn(() -> machine.call(command));
        return command;
    }

    void call(LinkCall call) {
        turn(() -> machine.call(call));
    }

    @CanIgnoreReturnValue
    Command createAddress(String name) {
        return call(Command.of(encoder.createAddress(dev.sluice.wire.codec.AddressKind.QUEUE, 0, name)));
    }

    // ---- effects ----

    @Override
    public void connect(SocketAddress address, Named by) {
        connecting = address;
        events.add((by == Named.LEADER ? "sent to " : "connect ") + ((InetSocketAddress) address).getHostString());
    }

    @Override
    public void write(ByteBuf frames) {
        if (socket) {
            toServer.writeBytes(frames);
        }
        frames.release();
    }

    @Override
    public void flush() {}

    @Override
    public void disconnect() {
        connecting = null;
        if (socket) {
            socket = false;
            server.socketLost();
            events.add("disconnect");
        }
    }

    @Override
    public void data(long clusterId) {}

    @Override
    public void limits(int windowCommands, long windowBytes, int chunkBytes) {}

    @Override
    public void commandLeft(long bytes) {
        windowLeft += bytes;
    }

    @Override
    public void transientLeft(long bytes) {
        windowLeft += bytes;
    }

    @Override
    public void handOutUntil(long until, long wallMillis) {
        handOutUntil = until;
    }

    @Override
    public void serverTime(long millis) {}

    @Override
    public void established() {
        events.add("established");
    }

    @Override
    public void ended(@Nullable LinkException why) {
        ended = true;
        failure = why;
    }

    @Override
    public void spool(LargeBody body, byte[] part) {
        events.add("spool " + part.length);
    }

    @Override
    public void unspool(LargeBody body) {
        events.add("unspool");
    }

    // ---- listener ----

    @Override
    public void interrupted(LinkException reason) {
        events.add("interrupted");
        lastReason = String.valueOf(reason.getMessage());
    }

    @Override
    public void resumed(String server) {
        events.add("resumed");
    }

    @Override
    public void failed(LinkException reason) {
        events.add("failed " + reason.code());
    }
}
