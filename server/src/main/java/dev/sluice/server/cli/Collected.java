package dev.sluice.server.cli;

import dev.sluice.base.Completion;
import dev.sluice.link.LinkException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what a server lists. Filled on the link's event loop, read after it is complete. */
abstract class Collected<T> extends Completion {
    private final List<T> items = new ArrayList<>();

    final void add(T item) {
        items.add(item);
    }

    public final void end(@Nullable LinkException failure) {
        if (failure == null) {
            succeed(0);
        } else {
            fail(failure);
        }
    }

    /** Waits for the end, and gives all of it. */
    final List<T> await() throws LinkException, InterruptedException {
        awaitDone();
        if (failure() instanceof LinkException failure) {
            throw failure;
        }
        return items;
    }
}
