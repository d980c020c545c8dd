package dev.sluice;

import jakarta.jms.Session;

/** What a session of Sluice offers beyond the standard. Every {@code Session} of Sluice is one. */
public interface SluiceSession extends Session {
    /**
     * An acknowledge mode for {@code createSession(int)} and {@code createContext(int)}: {@code Message.acknowledge()} acknowledges
     * that one message, and no other that the session consumed.
     */
    int INDIVIDUAL_ACKNOWLEDGE = 101;
}
