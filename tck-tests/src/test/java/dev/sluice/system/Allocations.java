package dev.sluice.system;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What the threads of this JVM have allocated, as the JVM counts it. A thread that has ended is no longer counted. */
final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocations() {}

    /** In bytes, of all threads that live now. */
    static long ofAllThreads() {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    /** In bytes, without the thread that asks. */
    static long ofOtherThreads() {
        return ofAllThreads()
                - THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
