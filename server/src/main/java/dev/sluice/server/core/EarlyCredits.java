package dev.sluice.server.core;

import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** Credit that came while the command that opens its consumer was on its way through the log; the newest of each session. Owner: the shard thread. */
final class EarlyCredits {
    private static final int MOST = 1024;

    private final Long2ObjectHashMap<Map<Long, Credit>> bySession = new Long2ObjectHashMap<>();

    /** How much, of which epoch. */
    record Credit(long epoch, long total) {}

    /** Of one session. */
    private static final class Newest extends LinkedHashMap<Long, Credit> {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Credit> eldest) {
            return size() > MOST;
        }
    }

    void put(Session session, long consumerId, Credit credit) {
        bySession.computeIfAbsent(session.id(), id -> new Newest()).put(consumerId, credit);
    }

    /** What came for a consumer that is there now. */
    @Nullable Credit take(Session session, long consumerId) {
        Map<Long, Credit> own = bySession.get(session.id());
        return own == null ? null : own.remove(consumerId);
    }

    boolean has(Session session, long consumerId) {
        Map<Long, Credit> own = bySession.get(session.id());
        return own != null && own.containsKey(consumerId);
    }

    void forget(Session session) {
        bySession.remove(session.id());
    }
}
