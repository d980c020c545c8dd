package dev.sluice.tck;

/**
 * What became of one test.
 *
 * @param millis from its set-up to its clean-up, without the start of its server
 * @param failure why it failed; empty when it passed
 */
record TckResult(TckTest test, long millis, String failure) {
    boolean passed() {
        return failure.isEmpty();
    }

    @Override
    public String toString() {
        return "%s (%,d ms) %s".formatted(test.fileName(), millis, failure);
    }
}
