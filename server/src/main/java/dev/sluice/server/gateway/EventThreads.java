package dev.sluice.server.gateway;

import dev.sluice.base.SharedLong;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;

/** Makes the daemon threads of the gateway, named {@code prefix-1}, {@code prefix-2} and so on. Thread-safe. */
final class EventThreads implements ThreadFactory {
    private final String prefix;
    private final SharedLong made = new SharedLong(0);

    EventThreads(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public Thread newThread(Runnable work) {
        Thread thread = new FastThreadLocalThread(work, prefix + "-" + made.add(1));
        thread.setDaemon(true);
        return thread;
    }
}
