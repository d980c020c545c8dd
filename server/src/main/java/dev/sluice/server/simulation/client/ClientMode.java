package dev.sluice.server.simulation.client;

import dev.sluice.session.Handed;

/** CLIENT_ACKNOWLEDGE: the application acknowledges some messages at a time and waits for that, or recovers the session. */
final class ClientMode implements Receiver.Mode {
    private static final int MESSAGES_MAX = 5;
    private static final int RECOVERS_ONCE_IN = 8;

    @Override
    public boolean mayHandOver(Receiver receiver) {
        return true;
    }

    @Override
    public void worked(Receiver receiver, Handed message, boolean last) {
        boolean enough = receiver.isCalm()
                ? last || receiver.unsettled() >= MESSAGES_MAX
                : receiver.unsettled() >= 1 + receiver.chance().below(MESSAGES_MAX);
        if (!enough) {
            receiver.goOn();
            return;
        }
        if (!receiver.isCalm() && receiver.chance().onceIn(RECOVERS_ONCE_IN)) {
            receiver.giveBackAll();
            receiver.goOn();
        } else {
            receiver.acknowledge(receiver.take(null), true, receiver::goOn);
        }
    }

    @Override
    public void lost() {
        // The next call fails and acknowledges nothing; the application calls again.
    }

    @Override
    public void finish(Receiver receiver) {
        if (receiver.unsettled() > 0) {
            receiver.holdOn();
            receiver.acknowledge(receiver.take(null), true, receiver::goOn);
        }
    }

    @Override
    public void closing(Receiver receiver) {
        // What is not acknowledged goes back.
    }

    @Override
    public void killed() {
        // Nothing is open.
    }
}
