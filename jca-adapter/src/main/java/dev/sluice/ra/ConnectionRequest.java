package dev.sluice.ra;

import jakarta.resource.spi.ConnectionRequestInfo;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * As whom an application wants to connect; null leaves it to the container and the factory. Immutable.
 *
 * @param user who
 * @param password belongs to the user
 */
record ConnectionRequest(@Nullable String user, @Nullable String password)
        implements ConnectionRequestInfo, Serializable {
    /** As the container says. */
    static final ConnectionRequest OF_THE_CONTAINER = new ConnectionRequest(null, null);

    /** Says nothing of the password. */
    @Override
    public String toString() {
        return "ConnectionRequest[" + user + "]";
    }
}
