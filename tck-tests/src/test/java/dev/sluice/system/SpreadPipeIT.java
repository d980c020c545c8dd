package dev.sluice.system;

/** The pipe on a server with several shards: what it receives is on one, and what it sends on two others. */
class SpreadPipeIT extends PipeStorm {
    private static final boolean LONG = Boolean.getBoolean("sluice.long");

    SpreadPipeIT() {
        super(LONG ? 200_000 : 6_000, LONG ? 100 : 10, "--shards", "6");
    }
}
