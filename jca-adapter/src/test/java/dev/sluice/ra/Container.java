package dev.sluice.ra;

import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.XATerminator;
import jakarta.resource.spi.work.ExecutionContext;
import jakarta.resource.spi.work.HintsContext;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkContext;
import jakarta.resource.spi.work.WorkContextProvider;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkListener;
import jakarta.resource.spi.work.WorkManager;
import jakarta.resource.spi.work.WorkRejectedException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/** As much of an application server as an adapter sees: threads, transactions, and the adapter's start and stop. */
final class Container implements BootstrapContext, WorkManager, AutoCloseable {
    final TransactionManager transactions = Narayana.manager();
    final SluiceResourceAdapter adapter = new SluiceResourceAdapter();
    final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<Work> lastWork = new CopyOnWriteArrayList<>();
    private final AtomicInteger longOnes = new AtomicInteger();
    private volatile int threadsMost = 100;
    private volatile boolean hints = true;
    private volatile boolean keepsLastWork;

    Container(String url) {
        adapter.setUrl(url);
        adapter.start(this);
    }

    /** From now on it has no more threads than so many at a time. */
    void limitThreads(int most) {
        threadsMost = most;
    }

    /** Whether an adapter that starts from now on may give hints. */
    void takesHints(boolean takes) {
        hints = takes;
    }

    /** From now on it knows all work that is given to it, as threads do that had no other since. */
    void keepLastWork() {
        keepsLastWork = true;
    }

    List<Work> lastWork() {
        return lastWork;
    }

    int threadsAlive() {
        threads.removeIf(thread -> !thread.isAlive());
        return threads.size();
    }

    /** Work that said of itself that it takes long. */
    int longOnes() {
        return longOnes.get();
    }

    @Override
    public void close() {
        adapter.stop();
    }

    // ---- bootstrap

    @Override
    public WorkManager getWorkManager() {
        return this;
    }

    @Override
    public XATerminator getXATerminator() {
        throw new UnsupportedOperationException("nobody imports transactions here");
    }

    @Override
    public Timer createTimer() throws UnavailableException {
        throw new UnavailableException("no timers here");
    }

    @Override
    public boolean isContextSupported(Class<? extends WorkContext> type) {
        return hints && type == HintsContext.class;
    }

    @Override
    public TransactionSynchronizationRegistry getTransactionSynchronizationRegistry() {
        return Narayana.registry();
    }

    // ---- work

    @Override
    public void scheduleWork(
            Work work, long startTimeout, @Nullable ExecutionContext context, @Nullable WorkListener listener)
            throws WorkException {
        if (threadsAlive() >= threadsMost) {
            throw new WorkRejectedException("no thread is free");
        }
        if (work instanceof WorkContextProvider provider) {
            for (WorkContext each : provider.getWorkContexts()) {
                if (each instanceof HintsContext hints
                        && Boolean.TRUE.equals(hints.getHints().get(HintsContext.LONGRUNNING_HINT))) {
                    longOnes.incrementAndGet();
                }
            }
        }
        if (keepsLastWork) {
            lastWork.add(work);
        }
        Thread thread = new Thread(work, "container-work");
        threads.add(thread);
        thread.start();
    }

    @Override
    public void scheduleWork(Work work) throws WorkException {
        scheduleWork(work, INDEFINITE, null, null);
    }

    @Override
    public long startWork(Work work) {
        throw startsAndWaitsForNothing();
    }

    @Override
    public long startWork(
            Work work, long startTimeout, @Nullable ExecutionContext context, @Nullable WorkListener listener) {
        throw startsAndWaitsForNothing();
    }

    @Override
    public void doWork(Work work) {
        throw startsAndWaitsForNothing();
    }

    @Override
    public void doWork(
            Work work, long startTimeout, @Nullable ExecutionContext context, @Nullable WorkListener listener) {
        throw startsAndWaitsForNothing();
    }

    private static UnsupportedOperationException startsAndWaitsForNothing() {
        return new UnsupportedOperationException(
                "the adapter only schedules work: it never waits on a thread of the container until work has begun or ended");
    }

    /** Enlists as the container does. */
    void enlist(XAResource resource) throws Exception {
        if (!transactions.getTransaction().enlistResource(resource)) {
            throw new IllegalStateException("not enlisted: " + resource);
        }
    }
}
