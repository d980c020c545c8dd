package dev.sluice.ra;

import jakarta.jms.Topic;
import jakarta.resource.spi.AdministeredObject;
import org.jspecify.annotations.Nullable;

/** A topic as an administered object; the client takes it for the topic of its name. */
@AdministeredObject(adminObjectInterfaces = Topic.class)
public final class SluiceTopicObject extends DestinationBean implements Topic {
    private static final long serialVersionUID = 1L;

    /** For the container, which gives it its name. */
    public SluiceTopicObject() {}

    @Override
    public @Nullable String getTopicName() {
        return getName();
    }
}
