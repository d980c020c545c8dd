package dev.sluice.server.gateway;

/** Knows users and passwords. Asked by the login threads, not by event loops: it may take its time. */
@FunctionalInterface
public interface PasswordCheck {
    /** Whether there is such a user with this password. */
    boolean matches(String user, String password);
}
