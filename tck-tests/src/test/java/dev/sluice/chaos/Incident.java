package dev.sluice.chaos;

import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A fault that happened.
 *
 * @param victim the member or client that it met
 * @param shards those that the victim led
 * @param begun just before, by the machine's monotonic clock, as all times
 * @param struck when it was in effect: who was killed is dead
 * @param ended nothing more is done to anyone
 * @param healthy all members are up and have what the leaders have, and every worker has gone on; or the end, if that never was
 * @param note what was seen
 */
record Incident(
        Fault fault,
        String victim,
        Set<Integer> shards,
        long begun,
        long struck,
        long ended,
        long healthy,
        String note) {
    /** Less than this and a client is not given up: the grace of its claims is 10 s. */
    private static final long EXCUSE_NANOS_MIN = TimeUnit.SECONDS.toNanos(8);

    /** So long it may take until the client has heard of it. */
    private static final long AFTERMATH_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** Whether this client may then have been given up by the servers, so that what it held came to others. */
    boolean excuses(String client, long time) {
        return fault.meetsAClient()
                && victim.equals(client)
                && ended - begun >= EXCUSE_NANOS_MIN
                && time >= begun
                && time <= ended + AFTERMATH_NANOS;
    }
}
