package dev.sluice.server.core;

import java.util.LinkedHashMap;
import java.util.Map;

/** Credit that came while the command that opens its consumer was on its way through the log; the newest of a session. Owner: the shard thread. */
final class EarlyCredits extends LinkedHashMap<Long, EarlyCredits.Credit> {
    private static final long serialVersionUID = 1;
    private static final int MOST = 1024;

    record Credit(long epoch, long total) {}

    @Override
    protected boolean removeEldestEntry(Map.Entry<Long, Credit> eldest) {
        return size() > MOST;
    }
}
