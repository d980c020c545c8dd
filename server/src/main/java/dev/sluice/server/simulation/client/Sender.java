package dev.sluice.server.simulation.client;

import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.server.simulation.oracle.Sent;
import dev.sluice.server.simulation.stage.Timeline;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.AddressKind;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends to some destinations, one message after the other or without waiting. */
final class Sender implements Member {
    private static final int GROUPS = 3;
    private static final int ABANDONED_ONCE_IN = 20;

    private final ClientNode client;
    private final Habit habit;
    private final List<Long> addresses = new ArrayList<>();
    private @Nullable Link link;
    private boolean calm;
    private boolean planned;
    private boolean awaiting;

    /** What it sends, and how. */
    record Habit(List<Destination> to, boolean sync, boolean grouped, boolean persistent, long gapNanosMax) {}

    /** A queue or topic; {@code flags} as those of {@link Link#createAddress}. */
    record Destination(AddressKind kind, String name, int flags) {
        static Destination of(AddressKind kind, String name) {
            return new Destination(kind, name, 0);
        }
    }

    Sender(ClientNode client, Habit habit) {
        this.client = client;
        this.habit = habit;
    }

    @Override
    public void begin(Link newLink) {
        link = newLink;
        for (Destination destination : habit.to) {
            int at = addresses.size();
            addresses.add(0L);
            newLink.createAddress(destination.kind, destination.flags, destination.name)
                    .whenDone((id, failure) -> {
                        if (failure == null) {
                            addresses.set(at, id);
                            plan();
                        }
                    });
        }
    }

    private Timeline chance() {
        return client.host().timeline();
    }

    private void plan() {
        if (!planned && !calm && !awaiting && !addresses.contains(0L)) {
            planned = true;
            long gap = chance().onceIn(20) ? TimeUnit.SECONDS.toNanos(2) : habit.gapNanosMax;
            client.host().after(chance().between(0, gap), () -> {
                planned = false;
                send();
            });
        }
    }

    private void send() {
        Link to = link;
        if (calm || to == null || !client.hasRoom()) {
            return;
        }
        int at = chance().below(habit.to.size());
        int priority = chance().onceIn(4) ? 9 : 4;
        String group = habit.grouped && !chance().onceIn(4) ? "g" + chance().below(GROUPS) : null;
        Sent message = new Sent(
                client.oracle().nextId(),
                client.name(),
                habit.to.get(at).name,
                priority,
                group,
                habit.persistent,
                null,
                client.contents().next());
        client.oracle().sending(message);
        Link.BodySource body = Envelopes.source(message);
        if (body != null && chance().onceIn(ABANDONED_ONCE_IN)) {
            client.abandon(addresses.get(at), body);
            client.oracle().refused(message);
            plan();
            return;
        }
        ByteBuf envelope = Envelopes.encode(message, to.serverTimeMillis());
        Link.Publication publication = new Link.Publication(
                addresses.get(at),
                priority,
                message.content().timeToLiveMillis(),
                message.content().delayMillis(),
                0,
                habit.sync);
        if (habit.persistent) {
            awaiting = habit.sync;
            publish(to, habit.to.get(at), publication, envelope, body)
                    .whenDone((value, failure) -> sent(message, failure));
        } else {
            sendAtMostOnce(to, publication, envelope);
        }
        plan();
    }

    private static void sendAtMostOnce(Link to, Link.Publication publication, ByteBuf envelope) {
        try {
            to.publishTransient(publication, envelope, null);
        } catch (LinkException unsent) {
            throw new IllegalStateException("a link that has not ended sends what keeps its limits", unsent);
        }
    }

    /** Now and then as one who does not know the destination's id yet. */
    private Reply publish(
            Link to,
            Destination destination,
            Link.Publication publication,
            ByteBuf envelope,
            Link.@Nullable BodySource body) {
        if (body != null || !chance().onceIn(4)) {
            return to.publish(publication, envelope, body);
        }
        return to.publishNamed(destination.kind, destination.flags, destination.name, publication, envelope)
                .message();
    }

    private void sent(Sent message, @Nullable LinkException failure) {
        if (failure == null) {
            client.oracle().confirmed(message);
        } else {
            client.say("send " + message.id() + " failed: " + failure.getMessage());
            if (failure.code() == RefusalCode.STORAGE_FULL || failure.code() == RefusalCode.DESTINATION_UNKNOWN) {
                client.oracle().refused(message);
            }
        }
        awaiting = false;
        plan();
    }

    @Override
    public void mayGoOn() {
        plan();
    }

    @Override
    public void resumed() {
        plan();
    }

    @Override
    public void calm() {
        calm = true;
    }

    @Override
    public void killed() {
        calm = true;
    }
}
