package dev.sluice.system;

/** A JVM that does nothing: what any server in Java has at least. */
final class SleepingJvm {
    private SleepingJvm() {}

    public static void main(String[] arguments) throws InterruptedException {
        Thread.currentThread().join();
    }
}
