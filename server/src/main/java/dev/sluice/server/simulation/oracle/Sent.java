package dev.sluice.server.simulation.oracle;

import org.jspecify.annotations.Nullable;

/**
 * A message as its sender knows it.
 *
 * @param id of no other message
 * @param sender one producer on one session: its messages have an order
 * @param destination where it is sent to
 * @param group null for none
 * @param persistent whether it may be lost
 * @param deal the transaction it is sent in, or null
 * @param content what it consists of
 */
public record Sent(
        long id,
        String sender,
        String destination,
        int priority,
        @Nullable String group,
        boolean persistent,
        @Nullable Deal deal,
        Content content) {
    /** Whether it stays until someone consumes it. */
    boolean isLasting() {
        return persistent && !content.mayExpire();
    }

    String lane() {
        // Groups overtake each other: one may wait for its owner.
        return sender + "/" + destination + "/" + priority + (persistent ? "" : "/transient")
                + (group == null ? "" : "/" + group);
    }
}
