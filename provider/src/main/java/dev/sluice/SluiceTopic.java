package dev.sluice;

import jakarta.jms.Topic;

/** A topic by its name. Immutable. */
public final class SluiceTopic extends SluiceDestination implements Topic {
    private static final long serialVersionUID = 1L;

    /**
     * Names a topic; the server creates it on first use.
     *
     * @throws IllegalArgumentException when the name is not valid; the message says why
     */
    public SluiceTopic(String name) {
        super(Kind.TOPIC, name);
    }

    @Override
    public String getTopicName() {
        return name();
    }
}
