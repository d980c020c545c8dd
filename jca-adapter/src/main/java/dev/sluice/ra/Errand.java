package dev.sluice.ra;

import dev.sluice.base.SharedRef;
import jakarta.resource.spi.work.Work;

/**
 * What a container is given to have a receiver run. Its threads may know their last work for as long as they have no other; that it is done with the
 * receiver then is what lets go of the bean, and of the application's classes.
 */
final class Errand implements Work {
    private final SharedRef<Receiver> receiver = new SharedRef<>();

    Errand(Receiver receiver) {
        this.receiver.set(receiver);
    }

    @Override
    public void run() {
        Receiver once = receiver.value();
        receiver.set(null);
        if (once != null) {
            once.run();
        }
    }

    /** The container shuts down; it stops the adapter, too, which ends this. */
    @Override
    public void release() {
        // The activation is stopped in any case, and that wakes the receiver; to do it here would wait for it.
    }
}
