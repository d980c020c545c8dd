package dev.sluice.base;

/** Where time comes from; tests have their own. Thread-safe. */
public interface Clock {
    /** The clock of this machine. */
    Clock SYSTEM = new Clock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }
    };

    /** Monotonic, of an arbitrary origin: for durations. */
    long nanoTime();

    /** Milliseconds since 1970, may jump: for what people and other machines see. */
    long wallMillis();
}
