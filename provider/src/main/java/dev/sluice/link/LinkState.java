package dev.sluice.link;

import dev.sluice.base.Invariant;

/**
 * Where a link stands.
 *
 * <pre>
 * NEW ──▶ CONNECTING ◀──▶ WAITING          WAITING: for the next attempt
 *             │  ▲            ▲
 *             ▼  │            │
 *          GREETING ──────────┤            GREETING: Hello is sent
 *             │               │
 *             ▼               │
 *          ATTACHED ──────────┤
 *             │               │
 *             ▼               │
 *          CLOSING ───────────┘            CLOSING: lost, it looks for the server while commands are unconfirmed
 *             │
 *             ▼
 *           ENDED                          ENDED: from every state, closed or failed for good
 * </pre>
 */
enum LinkState {
    NEW,
    CONNECTING,
    GREETING,
    ATTACHED,
    WAITING,
    CLOSING,
    ENDED;

    /** Whether there is no server, and one is looked for. */
    boolean isLooking() {
        return this == CONNECTING || this == GREETING || this == WAITING;
    }

    /** The state that follows; anything but the arrows above is a bug. */
    LinkState to(LinkState next) {
        boolean allowed = switch (next) {
            case NEW -> false;
            case CONNECTING -> this == NEW || this == WAITING;
            case GREETING -> this == CONNECTING;
            case ATTACHED -> this == GREETING;
            case WAITING -> this == CONNECTING || this == GREETING || this == ATTACHED || this == CLOSING;
            case CLOSING -> this == ATTACHED;
            case ENDED -> this != ENDED;
        };
        Invariant.check(allowed, "link state %s after %s", next, this);
        return next;
    }
}
