package dev.sluice.server.simulation.client;

import dev.sluice.link.Link;
import dev.sluice.server.simulation.oracle.Deal;
import dev.sluice.server.simulation.oracle.Sent;
import java.util.ArrayList;
import java.util.List;

/** What a session sends within its transactions. */
final class TransactedSends {
    private static final int PRIORITY = 4;

    private final ClientNode client;
    private final List<Sender.Destination> to;
    private final List<Long> addresses = new ArrayList<>();
    private final String session;

    TransactedSends(ClientNode client, List<Sender.Destination> to) {
        this.client = client;
        this.to = to;
        session = client.name() + "/session " + client.nextNumber();
    }

    /** Sends one, if that can be now, and says so; {@code refused} hears when the servers do not take it. */
    boolean send(Receiver receiver, Deal deal, long transaction, Runnable refused) {
        if (addresses.isEmpty()) {
            resolve(receiver.link());
        }
        if (addresses.contains(0L) || !client.hasRoom()) {
            return false;
        }
        int at = receiver.chance().below(to.size());
        Sent message = new Sent(
                client.oracle().nextId(),
                session,
                to.get(at).name(),
                PRIORITY,
                null,
                true,
                deal,
                client.contents().next());
        client.oracle().sending(message);
        receiver.link()
                .publish(
                        new Link.Publication(
                                addresses.get(at),
                                PRIORITY,
                                message.content().timeToLiveMillis(),
                                message.content().delayMillis(),
                                transaction,
                                false),
                        Envelopes.encode(message, receiver.link().serverTimeMillis()),
                        Envelopes.source(message))
                .whenDone((value, failure) -> {
                    if (failure != null) {
                        refused.run();
                    }
                });
        return true;
    }

    private void resolve(Link link) {
        for (Sender.Destination destination : to) {
            int at = addresses.size();
            addresses.add(0L);
            link.createAddress(destination.kind(), 0, destination.name()).whenDone((id, failure) -> {
                if (failure == null) {
                    addresses.set(at, id);
                }
            });
        }
    }
}
