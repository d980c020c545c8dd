package dev.sluice.server.simulation.stage;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** The one event loop of a server, in virtual time: its tasks are events of its host. All code of the server runs within {@link #enter} or as a task. */
public final class LoopThread extends AbstractScheduledEventExecutor implements EventLoop {
    private static final long WAKE_NANOS_MIN = 1_000;
    private static final long WAKE_NANOS_MAX = 60_000;

    private final Host host;
    private final Ticker ticker = new HostTicker();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean visitPlanned;
    private boolean inside;
    private long timerNanos = Long.MAX_VALUE;

    /** Of a run of a host. */
    public LoopThread(Host host) {
        this.host = host;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        plan();
    }

    private void plan() {
        if (!visitPlanned) {
            visitPlanned = true;
            host.after(host.timeline().between(WAKE_NANOS_MIN, WAKE_NANOS_MAX), this::visit);
        }
    }

    private void visit() {
        visitPlanned = false;
        enter(() -> {
            int due = tasks.size();
            for (int index = 0; index < due; index++) {
                Runnable task = tasks.poll();
                if (task != null) {
                    task.run();
                }
            }
        });
    }

    /** Something comes from outside, as a selector would bring it. */
    public void enter(Runnable work) {
        if (inside) {
            work.run();
            return;
        }
        inside = true;
        try {
            run(work);
        } finally {
            inside = false;
        }
    }

    private void run(Runnable work) {
        work.run();
        for (Runnable due = pollScheduledTask(host.nanoTime()); due != null; due = pollScheduledTask(host.nanoTime())) {
            due.run();
        }
        if (!tasks.isEmpty()) {
            plan();
        }
        setTimer();
    }

    private void setTimer() {
        long next = nextScheduledTaskDeadlineNanos();
        if (next == -1 || next >= timerNanos) {
            return;
        }
        timerNanos = next;
        host.after(next - host.nanoTime(), () -> {
            timerNanos = Long.MAX_VALUE;
            enter(() -> {});
        });
    }

    @Override
    public Ticker ticker() {
        return ticker;
    }

    /** The monotonic clock of the host. */
    private final class HostTicker implements Ticker {
        @Override
        public long initialNanoTime() {
            return 0;
        }

        @Override
        public long nanoTime() {
            return host.nanoTime();
        }

        @Override
        public void sleep(long delay, TimeUnit unit) {
            throw new UnsupportedOperationException("nobody sleeps");
        }
    }

    @Override
    public EventLoopGroup parent() {
        return this;
    }

    @Override
    public EventLoop next() {
        return this;
    }

    @Override
    public boolean inEventLoop() {
        return true;
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return true;
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return register(new DefaultChannelPromise(channel, this));
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        promise.channel().unsafe().register(this, promise);
        return promise;
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester")
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        channel.unsafe().register(this, promise);
        return promise;
    }

    // ---- it ends with its host's run, and never by itself ----

    @Override
    public boolean isShuttingDown() {
        return false;
    }

    @Override
    public Future<?> shutdownGracefully(long quiet, long timeout, TimeUnit unit) {
        return terminationFuture();
    }

    @Override
    public Future<?> terminationFuture() {
        return new DefaultPromise<Void>(GlobalEventExecutor.INSTANCE);
    }

    @Override
    @Deprecated
    public void shutdown() {
        // Nothing to end.
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }
}
