package dev.sluice.link;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Which server is asked, by turns, and what came of those that were asked before there was a session. Owned by the link machine. */
final class Candidates {
    private final List<SocketAddress> servers;
    private final List<String> failures = new ArrayList<>();
    private boolean allAnswered = true;
    private int index;

    /** In their order, the first of which is current. */
    Candidates(List<SocketAddress> servers) {
        this.servers = servers;
    }

    SocketAddress current() {
        return servers.get(index);
    }

    /** The current one, for people. */
    String name() {
        return Servers.describe(current());
    }

    void next() {
        index = (index + 1) % servers.size();
    }

    /** The current one was asked in vain; true when that is so of all. {@code answered}: it said itself why. */
    boolean hasFailedAsAll(LinkException reason, boolean answered) {
        failures.add(answered ? name() + ": " + reason.getMessage() : String.valueOf(reason.getMessage()));
        allAnswered &= answered;
        next();
        return failures.size() >= servers.size();
    }

    /** Why there is no session. */
    String failure() {
        return Servers.unreachable(failures, allAnswered);
    }
}
