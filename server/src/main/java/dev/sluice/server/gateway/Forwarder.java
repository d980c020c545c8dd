package dev.sluice.server.gateway;

import dev.sluice.base.HostPort;
import dev.sluice.wire.RefusalCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.local.LocalAddress;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds who serves the shard of a connection that was let in. When that is another server the client is told, or where it does not reach that
 * one it is passed on: its Hello, marked so that it is passed on once only, then all that comes. While there is no leader it waits for one a little. Owned by the event loop of the client.
 */
final class Forwarder {
    /** How often it is looked whether someone serves the shard. */
    private static final int SEEK_MILLIS = 20;

    /** After so long the client is told to try again: longer than an election takes, and shorter than clients wait. */
    private static final long SEEK_NANOS_MAX = TimeUnit.SECONDS.toNanos(4);

    /** A server that could not be reached is left alone for so long, unless another one leads before. */
    private static final long UNREACHABLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Channel client;
    private final Gateway.Shards shards;
    private final Handshake handshake;
    private final Owner owner;
    private @Nullable ByteBuf hello;
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable Pipe pipe;
    private Routes.@Nullable Route passedTo;
    private @Nullable InetSocketAddress unreachable;
    private long unreachableNanos;
    private long begunNanos;
    private boolean closed;

    /** What the connection hears, on its event loop. */
    interface Owner {
        /** This server serves the shard. */
        void here();

        /** Nobody serves it: the client is told so. */
        void leave(Refusal refusal);

        /** Another server, host:port, serves it: the client is told so. */
        void redirect(String server);

        /** It is passed on from now on; {@code rest}: what came behind the Hello is asked for, and may be null. */
        @Nullable ByteBuf passedOn(InetSocketAddress address);

        /** The other server ended it. */
        void leaderGone();
    }

    /** For a client that said this Hello, which is taken over. */
    Forwarder(Channel client, Gateway.Shards shards, Handshake handshake, ByteBuf hello, Owner owner) {
        this.client = client;
        this.shards = shards;
        this.handshake = handshake;
        this.hello = hello;
        this.owner = owner;
    }

    /** Begins to look. */
    void seek() {
        begunNanos = nanoTime();
        look();
    }

    /** By the clock of the event loop, as its timers. */
    private long nanoTime() {
        return client.eventLoop().ticker().nanoTime();
    }

    private void look() {
        timer = null;
        if (closed) {
            return;
        }
        Routes.Route route = shards.routes().of(handshake.shard());
        InetSocketAddress elsewhere = route.elsewhere();
        long now = nanoTime();
        if (route.here()) {
            close();
            owner.here();
        } else if (now - begunNanos >= SEEK_NANOS_MAX || (handshake.forwarded() && elsewhere != null)) {
            String text = "no server leads shard " + handshake.shard() + " at this moment; try again";
            owner.leave(Refusal.of(RefusalCode.SHUTTING_DOWN, text));
        } else if (elsewhere == null || (elsewhere.equals(unreachable) && now - unreachableNanos < UNREACHABLE_NANOS)) {
            lookAgain();
        } else if (mayRedirect(elsewhere)) {
            vouch(heard -> sendTo(elsewhere, heard));
        } else {
            connect(elsewhere);
        }
    }

    /** A client in this JVM has no way to another one. */
    private boolean mayRedirect(InetSocketAddress elsewhere) {
        return !(client.remoteAddress() instanceof LocalAddress)
                && handshake.ways().leadTo(HostPort.format(elsewhere));
    }

    private void lookAgain() {
        timer = client.eventLoop().schedule(this::look, SEEK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void connect(InetSocketAddress address) {
        Pipe toLeader = new Pipe(client, owner::leaderGone);
        pipe = toLeader;
        toLeader.connect(address, shards.network().passingOn(client), fault -> {
            if (closed) {
                toLeader.close();
            } else if (fault == null) {
                vouch(heard -> passOn(toLeader, address));
            } else {
                // It is gone, and who takes its place is not known yet.
                leaveAlone(address);
                lookAgain();
            }
        });
    }

    /** Who does not hear that it will have a client may be dead or frozen, and another one lead soon. */
    private void sendTo(InetSocketAddress server, boolean heard) {
        if (heard && Routes.Route.to(server).equals(shards.routes().of(handshake.shard()))) {
            owner.redirect(HostPort.format(server));
        } else {
            if (!heard) {
                leaveAlone(server);
            }
            lookAgain();
        }
    }

    private void leaveAlone(InetSocketAddress server) {
        unreachable = server;
        unreachableNanos = nanoTime();
    }

    /** So that the leader, who trusts other members, does not check a password again. */
    private void vouch(Consumer<Boolean> then) {
        shards.routes()
                .vouch(
                        handshake.shard(),
                        handshake.greeting(),
                        heard -> client.eventLoop().execute(() -> {
                            if (!closed) {
                                then.accept(heard);
                            }
                        }));
    }

    private void passOn(Pipe toLeader, InetSocketAddress address) {
        passedTo = Routes.Route.to(address);
        ByteBuf first = hello;
        hello = null;
        if (first != null) {
            Handshake.markForwarded(first);
            toLeader.write(first);
        }
        ByteBuf rest = owner.passedOn(address);
        if (rest != null) {
            toLeader.write(rest);
        }
        toLeader.flush();
        client.pipeline().addFirst(toLeader.there());
    }

    /** Whether it is passed on to a server that does not serve the shard any more. */
    boolean leadsAstray() {
        return passedTo != null && !shards.routes().of(handshake.shard()).equals(passedTo);
    }

    /** Ends it, with the other server's end. */
    void close() {
        closed = true;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        if (hello != null) {
            hello.release();
            hello = null;
        }
        if (pipe != null) {
            pipe.close();
        }
    }
}
