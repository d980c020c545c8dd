package dev.sluice.server;

import dev.sluice.base.Clock;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.gateway.EventLoops;
import dev.sluice.server.shard.Inbox;
import dev.sluice.server.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The shards of a running server: each with files of its own, all with an even share of what the server may use. Thread-safe once started. */
final class Shards {
    private final List<Shard> shards;

    private Shards(List<Shard> shards) {
        this.shards = List.copyOf(shards);
    }

    /**
     * Starts them at a time, and waits until each has recovered.
     *
     * @param onFailure called on the thread of one that had to stop by itself; {@link #failure} says why
     * @throws RuntimeException what stopped one from starting; the others are stopped again
     */
    static Shards start(ShardPlan plan, EventLoops loops, Runnable onFailure) {
        List<Shard> begun = new ArrayList<>();
        for (int number = 0; number < plan.count(); number++) {
            int shard = number;
            begun.add(Shard.begin(
                    plan.config(shard),
                    loops.shard(shard),
                    wake -> plan.resources(shard, wake),
                    Clock.SYSTEM,
                    onFailure));
        }
        Shards shards = new Shards(begun);
        boolean started = false;
        try {
            begun.forEach(Shard::awaitStarted);
            started = true;
            return shards;
        } finally {
            if (!started) {
                shards.stop();
            }
        }
    }

    int count() {
        return shards.size();
    }

    /** The ways in, by shard. */
    List<Inbox> inboxes() {
        return shards.stream().map(Shard::inbox).toList();
    }

    /** Lets a shard go on from other rows; see {@link Shard#renew}. */
    void renew(int shard, long appliedIndex, Function<Runnable, RowStore> exchange) {
        shards.get(shard).renew(appliedIndex, exchange);
    }

    /** Why one stopped by itself, or null. */
    @Nullable Throwable failure() {
        return shards.stream()
                .map(Shard::failure)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Stops all; returns when that is done. */
    void stop() {
        shards.forEach(Shard::stop);
        shards.forEach(Shard::awaitStopped);
    }
}
