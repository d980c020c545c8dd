package dev.sluice.system;

/** The pipe on a server with several shards: what it receives is on one, and what it sends on two others. */
class SpreadPipeIT extends PipeStorm {
    private static final boolean LONG = Boolean.getBoolean("sluice.long");

    SpreadPipeIT() {
        super(LONG ? 200_000 : 3_000, LONG ? 100 : 5, "--shards", "6");
    }
}
