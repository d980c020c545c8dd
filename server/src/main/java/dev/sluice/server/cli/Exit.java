package dev.sluice.server.cli;

/** The exit codes of all commands, which scripts rely on. */
final class Exit {
    /** Done. */
    static final int OK = 0;
    /** It did not work; the reason is on stderr. */
    static final int FAILURE = 1;
    /** The command line or the configuration is wrong; nothing was done. */
    static final int USAGE = 2;
    /** Fewer messages came in time than were asked for. */
    static final int NOTHING = 3;
    /** Whoever read our output has gone; what it did not get stays in the queue. */
    static final int BROKEN_PIPE = 141;

    private Exit() {}
}
