package dev.sluice.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/** Where the server is, and who is to log in there: a bean of it counts instead of {@code sluice.url}, {@code sluice.user} and {@code sluice.password}. */
public interface SluiceConnectionDetails extends ConnectionDetails {
    /** The URL, with options if there are any. */
    String getUrl();

    /** The user to log in as, or null. */
    default @Nullable String getUser() {
        return null;
    }

    /** The password of the user, or null. */
    default @Nullable String getPassword() {
        return null;
    }
}
