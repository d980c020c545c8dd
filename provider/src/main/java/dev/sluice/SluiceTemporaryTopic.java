package dev.sluice;

import jakarta.jms.JMSException;
import jakarta.jms.TemporaryTopic;
import org.jspecify.annotations.Nullable;

/** A topic that ends with the connection that made it. Immutable; only with its owner can it be deleted. */
public final class SluiceTemporaryTopic extends SluiceDestination implements TemporaryTopic {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable TemporaryOwner owner;

    /** Names a temporary topic; {@code owner} is null when the connection that made it is another one. */
    public SluiceTemporaryTopic(String name, @Nullable TemporaryOwner owner) {
        super(Kind.TEMP_TOPIC, name);
        this.owner = owner;
    }

    @Override
    public String getTopicName() {
        return name();
    }

    @Override
    public void delete() throws JMSException {
        deleteThrough(owner);
    }
}
