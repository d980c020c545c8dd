package dev.sluice.server.simulation.oracle;

/** What is promised. */
public enum Promise {
    /** What was confirmed, or acknowledged, or committed, has happened for good. */
    NOTHING_LOST,
    /** What was acknowledged does not come again, and what someone holds goes to no one else. */
    NOTHING_DOUBLED,
    /** What comes was sent, as it was sent, to where it comes. */
    NOTHING_INVENTED,
    /** A consumer gets what its selector wants, and nothing else. */
    SELECTORS,
    /** Each consumer gets what one producer sent with one priority in the order in which it was sent. */
    ORDER,
    /** One consumer at a time has messages of a group. */
    GROUPS,
    /** A delivery that failed is counted. */
    COUNTS,
    /** Nothing comes before its delay is over, or long after its time to live. */
    TIMES,
    /** Browsers show what is there. */
    BROWSERS,
    /** Temporary destinations live as long as their connections, through every change of leader. */
    TEMPORARIES,
    /** All of a transaction happens, or nothing. */
    ATOMICITY,
    /** When nothing fails any more all goes on, and ends. */
    LIVENESS,
    /** All servers have the same rows. */
    SAME_ROWS,
    /** No server stops by itself. */
    NO_FAILURE
}
