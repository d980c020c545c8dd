package dev.sluice.server.core;

/** Whether a session's connection has more to write than it should. */
@FunctionalInterface
interface Congestion {
    boolean isCongested(Session session);
}
