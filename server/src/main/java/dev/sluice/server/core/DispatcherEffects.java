package dev.sluice.server.core;

import dev.sluice.wire.RefusalCode;

/** What the dispatcher wants done: deliveries, reads of the store, and commands proposed to the log. All void but questions of capacity. */
public interface DispatcherEffects {
    /** Hands a message to a consumer. {@code deliveryCount} is 1 for the first time. */
    void deliver(Consumer consumer, StoredMessage message, int deliveryCount);

    /** Shows a message to a browser. */
    void browsed(Browser browser, StoredMessage message, int deliveryCount);

    /** The browser has seen all there was. */
    void browseEnd(Browser browser);

    /** The server ends a consumer. */
    void consumerEnded(Consumer consumer, RefusalCode code, String text);

    /** Reads from the store; the answer comes to {@link Dispatcher#loaded}. */
    void load(RowStore.Load load);

    /** Proposes that messages expire. The runs are copied. */
    void proposeExpire(Subscription subscription, Runs runs);

    /** Proposes to count deliveries to a consumer whose client is gone, and to give them back. The runs are copied. */
    void proposeFailures(Consumer consumer, Runs runs);

    /** The client of a consumer that had lost what it held has heard of it: after a restart it may claim again. */
    void proposeHeard(Consumer consumer);

    /** Proposes a command with so many runs. */
    void propose(int runs, java.util.function.Consumer<MachineCommands> command);

    /** Proposes that a message goes to a dead-letter queue. The bytes stay as they are. */
    void proposeDeadLetter(MachineCommands.DeadLetter letter);

    /** Whether there is room for more dead letters. */
    enum DeadLetterRoom {
        /** There is. */
        THERE,
        /** As soon as those that are on their way are in the log. */
        SOON,
        /** There is no space for them on the disk. */
        NONE
    }

    /** Whether more may go to dead-letter queues just now. */
    DeadLetterRoom deadLetterRoom();

    /** Whether a consumer can take nothing more just now; {@link Dispatcher#drained} or {@link Dispatcher#resume} says when it can. */
    boolean isBusy(Consumer consumer);

    /** The same for a browser. */
    boolean isBusy(Browser browser);
}
