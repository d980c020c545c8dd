package dev.sluice.server.core;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The open transactions of a {@link History}, and what each would do. */
final class TransactionModel {
    private final List<Open> open = new ArrayList<>();
    private long lastId;

    /** A message that appears with the commit. */
    record Staged(long address, long message, long dueMillis) {}

    /** A message of a subscription that is done with the commit. */
    record Taken(Object subscription, long message) {}

    /** One of a client. {@code failed}: it can only be rolled back, and what it had is gone already. */
    static final class Open {
        final int client;
        final long id;
        final @Nullable Xid xid;
        final List<Staged> staged = new ArrayList<>();
        final List<Taken> taken = new ArrayList<>();
        boolean prepared;
        boolean failed;

        Open(int client, long id, @Nullable Xid xid) {
            this.client = client;
            this.id = id;
            this.xid = xid;
        }

        boolean isEmpty() {
            return staged.isEmpty() && taken.isEmpty();
        }
    }

    Open begin(int client, boolean global) {
        long id = ++lastId;
        byte[] name = ("branch " + id).getBytes(StandardCharsets.UTF_8);
        Open begun = new Open(client, id, global ? Xid.of(1, name, name) : null);
        open.add(begun);
        return begun;
    }

    @Nullable Open activeOf(int client) {
        return open.stream()
                .filter(transaction -> transaction.client == client && !transaction.prepared)
                .findFirst()
                .orElse(null);
    }

    @Nullable Open any(SplittableRandom random) {
        return open.isEmpty() ? null : open.get(random.nextInt(open.size()));
    }

    void end(Open transaction) {
        open.remove(transaction);
    }

    List<Open> all() {
        return List.copyOf(open);
    }
}
