package dev.sluice.system;

/** The pipe on one shard. */
class TransactionalPipeIT extends PipeStorm {
    private static final boolean LONG = Boolean.getBoolean("sluice.long");

    TransactionalPipeIT() {
        super(LONG ? 1_000_000 : 6_000, LONG ? 100 : 6);
    }
}
