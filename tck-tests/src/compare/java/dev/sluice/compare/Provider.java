package dev.sluice.compare;

import jakarta.jms.ConnectionFactory;

/** A broker that runs, and the connection factory of its client. */
interface Provider extends AutoCloseable {
    /** As it is called in the table. */
    String name();

    /** For this broker. */
    ConnectionFactory factory();

    /** For a port where nothing listens. */
    ConnectionFactory unreachable();

    /** The broker goes away, without a word where that can be had. */
    void vanish() throws Exception;
}
