package dev.sluice.ra;

import jakarta.jms.Queue;
import jakarta.resource.spi.AdministeredObject;
import org.jspecify.annotations.Nullable;

/** A queue as an administered object; the client takes it for the queue of its name. */
@AdministeredObject(adminObjectInterfaces = Queue.class)
public final class SluiceQueueObject extends DestinationBean implements Queue {
    private static final long serialVersionUID = 1L;

    /** For the container, which gives it its name. */
    public SluiceQueueObject() {}

    @Override
    public @Nullable String getQueueName() {
        return getName();
    }
}
