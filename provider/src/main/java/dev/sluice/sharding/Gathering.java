package dev.sluice.sharding;

import dev.sluice.base.Monitor;
import dev.sluice.link.LinkException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One list of those of all shards: handed over by shard when the last of them has ended, on the loop that ended it. Thread-safe. */
final class Gathering<T> {
    private final Monitor monitor = new Monitor();
    private final List<List<T>> parts = new ArrayList<>();
    private final Consumer<T> sink;
    private final Consumer<@Nullable LinkException> end;
    private int open;
    private @Nullable LinkException failure;

    Gathering(int shards, Consumer<T> sink, Consumer<@Nullable LinkException> end) {
        this.sink = sink;
        this.end = end;
        this.open = shards;
        for (int shard = 0; shard < shards; shard++) {
            parts.add(new ArrayList<>());
        }
    }

    /** One more item of a shard. */
    void add(int shard, T item) {
        monitor.enter();
        try {
            parts.get(shard).add(item);
        } finally {
            monitor.leave();
        }
    }

    /** A shard has no more; each is ended once. */
    void end(@Nullable LinkException why) {
        LinkException first;
        monitor.enter();
        try {
            failure = failure == null ? why : failure;
            first = failure;
            open--;
            if (open > 0) {
                return;
            }
        } finally {
            monitor.leave();
        }
        parts.forEach(part -> part.forEach(sink));
        end.accept(first);
    }
}
