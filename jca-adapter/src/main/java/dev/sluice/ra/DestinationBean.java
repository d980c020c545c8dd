package dev.sluice.ra;

import java.io.Serializable;
import java.util.Objects;
import javax.naming.Reference;
import org.jspecify.annotations.Nullable;

/** A destination as an administered object: a bean with a name, which goes by several names itself, since each container and adapter has its own. */
public abstract class DestinationBean implements Serializable, jakarta.resource.Referenceable {
    private static final long serialVersionUID = 1L;

    /** As it was given. */
    private @Nullable String name;

    /** How the container finds it again. */
    private @Nullable Reference reference;

    DestinationBean() {}

    /** The name on the server. */
    public final @Nullable String getName() {
        return name;
    }

    /** Sets it. */
    public final void setName(@Nullable String newName) {
        name = newName == null || newName.isBlank() ? name : newName.strip();
    }

    /** The name, as users of ActiveMQ Classic know it. */
    public final @Nullable String getPhysicalName() {
        return name;
    }

    /** Sets it. */
    public final void setPhysicalName(@Nullable String newName) {
        setName(newName);
    }

    /** The name, as users of Artemis know it. */
    public final @Nullable String getAddress() {
        return name;
    }

    /** Sets it. */
    public final void setAddress(@Nullable String newName) {
        setName(newName);
    }

    /** The name, as {@code @JMSDestinationDefinition} has it. */
    public final @Nullable String getDestinationName() {
        return name;
    }

    /** Sets it. */
    public final void setDestinationName(@Nullable String newName) {
        setName(newName);
    }

    @Override
    public final void setReference(@Nullable Reference newReference) {
        reference = newReference;
    }

    @Override
    public final @Nullable Reference getReference() {
        return reference;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof DestinationBean that
                && getClass() == that.getClass()
                && Objects.equals(name, that.name);
    }

    @Override
    public final int hashCode() {
        return Objects.hashCode(name);
    }

    /** Its name alone: a container that wants the name of a destination that it knows as an object (Open Liberty) asks for this. */
    @Override
    public final String toString() {
        return String.valueOf(name);
    }
}
