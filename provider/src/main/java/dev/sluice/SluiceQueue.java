package dev.sluice;

import jakarta.jms.Queue;

/** A queue by its name. Immutable. */
public final class SluiceQueue extends SluiceDestination implements Queue {
    private static final long serialVersionUID = 1L;

    /**
     * Names a queue; the server creates it on first use.
     *
     * @throws IllegalArgumentException when the name is not valid; the message says why
     */
    public SluiceQueue(String name) {
        super(Kind.QUEUE, name);
    }

    @Override
    public String getQueueName() {
        return name();
    }
}
