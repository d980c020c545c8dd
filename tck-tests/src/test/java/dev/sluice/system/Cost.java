package dev.sluice.system;

import java.util.Locale;

/**
 * What a message costs, in figures that do not depend on how fast the machine is just now.
 *
 * @param clientBytes allocated by all threads of the client
 * @param serverBytes allocated by all threads of the server
 * @param serverCalls reads and writes that the server asked the kernel for, of sockets and files
 */
record Cost(double clientBytes, double serverBytes, double serverCalls) {
    static final Cost UNMEASURED =
            new Cost(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** Of each the less: what disturbs a measurement only adds to it. */
    Cost least(Cost other) {
        return new Cost(
                Math.min(clientBytes, other.clientBytes),
                Math.min(serverBytes, other.serverBytes),
                Math.min(serverCalls, other.serverCalls));
    }

    boolean isWithin(Cost limit) {
        return clientBytes <= limit.clientBytes && serverBytes <= limit.serverBytes && serverCalls <= limit.serverCalls;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.0f B allocated by the client, %.0f B by the server, %.2f reads and writes of the server",
                clientBytes,
                serverBytes,
                serverCalls);
    }
}
