package dev.sluice.chaos;

/** What can happen to a cluster and its clients. */
enum Fault {
    KILL_LEADER("the leader is killed"),
    STOP_LEADER("the leader is stopped in order (SIGTERM)"),
    KILL_FOLLOWER("a follower is killed"),
    PAUSE_LEADER("the leader does not run for a while (SIGSTOP)"),
    PAUSE_FOLLOWER("a follower does not run for a while"),
    HANG_LEADER_DISK("the disk of the leader answers no more, without an error (fsfreeze)"),
    CUT_LEADER("leader and other members do not hear each other"),
    MUTE_LEADER("the others do not hear the leader, one-way"),
    DEAFEN_LEADER("the leader does not hear the others, one-way"),
    CUT_FOLLOWER("a follower and the others do not hear each other"),
    MUTE_FOLLOWER("the others do not hear a follower, one-way"),
    DEAFEN_FOLLOWER("a follower does not hear the others, one-way"),
    SLOW_LEADER("what the leader says is slow, and some lost"),
    SLOW_FOLLOWER("what a follower says is slow, and some lost"),
    CUT_CLIENT_FROM_LEADER("a client and the leader do not hear each other"),
    MUTE_CLIENT_TO_LEADER("the leader does not hear a client, one-way"),
    DEAFEN_CLIENT_TO_LEADER("a client does not hear the leader, one-way"),
    CUT_CLIENT("a client and all members do not hear each other"),
    PAUSE_CLIENT("a client does not run for a while"),
    KILL_CLIENT("a client is killed"),
    KILL_MAJORITY("two of three are killed, and stay away for a while"),
    RESTART_ALL("all members are killed and started at once");

    private final String text;

    Fault(String text) {
        this.text = text;
    }

    /** For people. */
    String text() {
        return text;
    }

    /** Whether it takes a network and disks of its own. */
    boolean needsHosts() {
        return this == HANG_LEADER_DISK
                || name().startsWith("CUT")
                || name().startsWith("MUTE")
                || name().startsWith("DEAFEN")
                || name().startsWith("SLOW");
    }

    /** Whether a client, not a server, is met: what it held may go to others. */
    boolean meetsAClient() {
        return this == CUT_CLIENT || this == PAUSE_CLIENT || this == KILL_CLIENT;
    }
}
