package dev.sluice.server.raft;

import dev.sluice.base.SharedRef;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which member leads which shard, as this one has heard last; it may be over by now. Any thread. */
public final class Leaders {
    private final List<SharedRef<String>> byShard;
    private final SharedRef<Runnable> onChange = new SharedRef<>();

    /** Of so many shards; no leader is known yet. */
    public Leaders(int shards) {
        byShard = IntStream.range(0, shards)
                .mapToObj(shard -> new SharedRef<String>())
                .toList();
    }

    /** Who is called after a change, on any thread; it must not wait. */
    public void onChange(Runnable listener) {
        onChange.set(listener);
    }

    /** The member that leads a shard, or null when that is not known. */
    public @Nullable String of(int shard) {
        return byShard.get(shard).value();
    }

    void changed(int shard, String member) {
        byShard.get(shard).set(member);
        Runnable listener = onChange.value();
        if (listener != null) {
            listener.run();
        }
    }
}
