package dev.sluice;

import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.AddressKind;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.Topic;
import java.io.InvalidObjectException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Hashtable;
import java.util.Locale;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NamingException;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import javax.naming.spi.ObjectFactory;
import org.jspecify.annotations.Nullable;

/**
 * A queue or a topic by its name. Immutable and serializable; two are equal when kind and name are. Its name is always valid:
 * 1 to {@value Wire#NAME_BYTES_MAX} bytes of UTF-8, no control characters, none of {@code * > #}.
 */
public abstract sealed class SluiceDestination implements Destination, Serializable, Referenceable
        permits SluiceQueue, SluiceTopic, SluiceTemporaryQueue, SluiceTemporaryTopic {
    private static final long serialVersionUID = 1L;

    /** What a destination is. */
    public enum Kind {
        /** A queue that lives on. */
        QUEUE(AddressKind.QUEUE, false),
        /** A topic that lives on. */
        TOPIC(AddressKind.TOPIC, false),
        /** A queue that ends with its connection. */
        TEMP_QUEUE(AddressKind.QUEUE, true),
        /** A topic that ends with its connection. */
        TEMP_TOPIC(AddressKind.TOPIC, true);

        private final AddressKind addressKind;
        private final boolean temporary;
        private final String scheme;

        Kind(AddressKind addressKind, boolean temporary) {
            this.addressKind = addressKind;
            this.temporary = temporary;
            this.scheme = name().toLowerCase(Locale.ROOT).replace('_', '-') + "://";
        }

        /** The kind of an address on the wire. */
        public static Kind of(AddressKind addressKind, boolean temporary) {
            if (addressKind == AddressKind.QUEUE) {
                return temporary ? TEMP_QUEUE : QUEUE;
            }
            return temporary ? TEMP_TOPIC : TOPIC;
        }

        /** Queue or topic on the wire. */
        public AddressKind addressKind() {
            return addressKind;
        }

        /** Whether it ends with its connection. */
        public boolean isTemporary() {
            return temporary;
        }
    }

    /** Its kind. */
    private final Kind kind;

    /** Its name. */
    private final String name;

    SluiceDestination(Kind kind, String name) {
        String fault = nameFault(name);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
        this.kind = kind;
        this.name = name;
    }

    /**
     * The destination of a kind and a name; a temporary one belongs to no connection here, so it cannot be deleted.
     *
     * @throws IllegalArgumentException when the name is not valid; the message says why
     */
    public static SluiceDestination of(Kind kind, String name) {
        return switch (kind) {
            case QUEUE -> new SluiceQueue(name);
            case TOPIC -> new SluiceTopic(name);
            case TEMP_QUEUE -> new SluiceTemporaryQueue(name, null);
            case TEMP_TOPIC -> new SluiceTemporaryTopic(name, null);
        };
    }

    /**
     * Any provider's destination as ours: our own as it is, another's queue or topic by its name.
     *
     * @throws InvalidDestinationException when it is null, temporary or nameless there, or its name is not valid here
     */
    public static SluiceDestination of(@Nullable Destination destination) throws JMSException {
        if (destination instanceof SluiceDestination own) {
            return own;
        }
        if (destination == null) {
            throw new InvalidDestinationException("the destination is null; give a queue or a topic");
        }
        if (destination instanceof TemporaryQueue || destination instanceof TemporaryTopic) {
            throw new InvalidDestinationException("the temporary destination " + destination
                    + " belongs to another provider and cannot be reached from here");
        }
        boolean queue = destination instanceof Queue;
        @Nullable String name = queue
                ? ((Queue) destination).getQueueName()
                : destination instanceof Topic topic ? topic.getTopicName() : null;
        @Nullable String fault = nameFault(name);
        if (name == null || fault != null) {
            throw new InvalidDestinationException(
                    "the destination of class " + destination.getClass().getName() + " cannot be used: " + fault);
        }
        return of(queue ? Kind.QUEUE : Kind.TOPIC, name);
    }

    /** What is wrong with a name, for people; null when it is valid. */
    public static @Nullable String nameFault(@Nullable String name) {
        if (name == null) {
            return "a destination's name is null";
        }
        if (name.isEmpty()) {
            return "a destination's name is empty; it needs at least one character";
        }
        for (int index = 0; index < name.length(); index++) {
            char character = name.charAt(index);
            if (character == '*' || character == '>' || character == '#') {
                return "a destination's name may not contain '" + character + "' (at " + index + ")";
            }
            if (Character.isISOControl(character)) {
                return "a destination's name may not contain control characters (code " + (int) character + " at "
                        + index + ")";
            }
        }
        if (name.length() > Wire.NAME_BYTES_MAX / 3) {
            int bytes = name.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > Wire.NAME_BYTES_MAX) {
                return "a destination's name of " + bytes + " bytes is longer than the limit of " + Wire.NAME_BYTES_MAX;
            }
        }
        return null;
    }

    /** Its kind. */
    public final Kind kind() {
        return kind;
    }

    /** Its name, without the kind. */
    public final String name() {
        return name;
    }

    /** What JNDI keeps of it; {@link Factory} makes it again. */
    @Override
    public final Reference getReference() throws NamingException {
        if (kind.isTemporary()) {
            throw new NamingException(this + " is temporary and cannot be bound");
        }
        Reference reference = new Reference(getClass().getName(), Factory.class.getName(), null);
        reference.add(new StringRefAddr("name", name));
        return reference;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof SluiceDestination that && kind == that.kind && name.equals(that.name);
    }

    @Override
    public final int hashCode() {
        return 31 * kind.scheme.hashCode() + name.hashCode();
    }

    /** Kind and name: {@code queue://orders}. */
    @Override
    public final String toString() {
        return kind.scheme + name;
    }

    /** Deletes this temporary destination through {@code owner}, or says that this is not the object that may. */
    final void deleteThrough(@Nullable TemporaryOwner owner) throws JMSException {
        if (owner == null) {
            throw new jakarta.jms.IllegalStateException(
                    this + " can be deleted only through the object that createTemporaryQueue or createTemporaryTopic"
                            + " returned, by the connection that made it");
        }
        owner.delete(this);
    }

    private void readObject(java.io.ObjectInputStream stream) throws java.io.IOException, ClassNotFoundException {
        stream.defaultReadObject();
        String fault = nameFault(name);
        if (kind == null || fault != null) {
            throw new InvalidObjectException(fault == null ? "a destination without a kind" : fault);
        }
    }

    /** Makes destinations from what {@link #getReference} left in JNDI. Stateless. */
    public static final class Factory implements ObjectFactory {
        /** For JNDI. */
        public Factory() {}

        @Override
        public @Nullable Object getObjectInstance(
                @Nullable Object object,
                @Nullable Name bound,
                @Nullable Context context,
                @Nullable Hashtable<?, ?> environment) {
            if (!(object instanceof Reference reference)) {
                return null;
            }
            RefAddr address = reference.get("name");
            if (address == null || !(address.getContent() instanceof String name)) {
                return null;
            }
            if (SluiceQueue.class.getName().equals(reference.getClassName())) {
                return new SluiceQueue(name);
            }
            return SluiceTopic.class.getName().equals(reference.getClassName()) ? new SluiceTopic(name) : null;
        }
    }
}
