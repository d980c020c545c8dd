package dev.sluice.server.simulation.client;

import dev.sluice.session.Handed;

/** AUTO_ACKNOWLEDGE: each message is acknowledged when the application has done with it; one acknowledgement may be on its way when the next is handed over. */
final class AutoMode implements Receiver.Mode {
    private static final int WINDOW = 1;

    private int inFlight;

    @Override
    public boolean mayHandOver(Receiver receiver) {
        return inFlight <= WINDOW;
    }

    @Override
    public void worked(Receiver receiver, Handed message, boolean last) {
        Receiver.Batch batch = receiver.take(message);
        if (!batch.isEmpty()) {
            inFlight++;
            receiver.acknowledge(batch, false, () -> {
                inFlight--;
                receiver.mayPump();
            });
        }
        receiver.goOn();
    }

    @Override
    public void lost() {
        // The application never hears of it.
    }

    @Override
    public void finish(Receiver receiver) {
        // Nothing is open.
    }

    @Override
    public void closing(Receiver receiver) {
        // Nothing is in the hands of the application.
    }

    @Override
    public void killed() {
        // Nothing is open.
    }
}
