package dev.sluice;

import jakarta.jms.JMSException;
import jakarta.jms.TemporaryQueue;
import org.jspecify.annotations.Nullable;

/** A queue that ends with the connection that made it. Immutable; only with its owner can it be deleted. */
public final class SluiceTemporaryQueue extends SluiceDestination implements TemporaryQueue {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable TemporaryOwner owner;

    /** Names a temporary queue; {@code owner} is null when the connection that made it is another one. */
    public SluiceTemporaryQueue(String name, @Nullable TemporaryOwner owner) {
        super(Kind.TEMP_QUEUE, name);
        this.owner = owner;
    }

    @Override
    public String getQueueName() {
        return name();
    }

    @Override
    public void delete() throws JMSException {
        deleteThrough(owner);
    }
}
