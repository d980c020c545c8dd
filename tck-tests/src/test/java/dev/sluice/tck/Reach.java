package dev.sluice.tck;

/** How the tests reach their server. */
enum Reach {
    /** A server on the network, in a process of its own. */
    TCP,

    /** A durable server in the JVM of the test. */
    EMBEDDED,

    /** Three servers on the network that are one, in a process of their own. */
    CLUSTER
}
