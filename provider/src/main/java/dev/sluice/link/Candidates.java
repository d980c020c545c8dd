package dev.sluice.link;

import dev.sluice.wire.RefusalCode;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which server is asked: each of those that the application named, by turns, and after each round of them one of the others that are known as
 * members of their cluster; or the one that one of them sent us to, since it serves the shard. And what came of those that were asked before
 * there was a session. Owned by the link machine.
 */
final class Candidates {
    /** Servers that send a client round in a circle believe each other to lead: after so many it waits a little. */
    private static final int REDIRECTS_MAX = 5;

    /** Longer than a server looks for a leader, with all that it does before. */
    private static final long HEARSAY_NANOS = TimeUnit.SECONDS.toNanos(6);

    /** So often each of the others has to say that the session is gone, while none of the configured ones says anything. */
    private static final int ROUNDS = 2;

    private final List<SocketAddress> configured;
    private final long connectNanos;
    private final List<String> failures = new ArrayList<>();
    private boolean allAnswered = true;
    private RefusalCode code = RefusalCode.SHUTTING_DOWN;
    private int index;
    private List<SocketAddress> others = List.of();
    private int other;
    /** Whether it is the turn of one of the others. */
    private boolean atOther;

    private long clusterId;
    private @Nullable Redirect redirect;
    private int redirects;
    private int denials;
    /** The server that need not be named again, in the words of who named it. */
    private String unreached = "";

    /** The one that serves the shard, as another server said it. */
    private record Redirect(String text, SocketAddress address, long clusterId) {}

    /** The first of the servers is current. */
    Candidates(LinkOptions options) {
        configured = options.servers();
        connectNanos = options.connectTimeout().toNanos();
        learned(options.members());
    }

    SocketAddress current() {
        if (redirect != null) {
            return redirect.address;
        }
        return atOther ? others.get(other) : configured.get(index);
    }

    /** How we know of the current one. */
    LinkEffects.Named named() {
        if (redirect == null) {
            return atOther ? LinkEffects.Named.MEMBER : LinkEffects.Named.BY_APPLICATION;
        }
        return configured.contains(redirect.address) ? LinkEffects.Named.BY_APPLICATION : LinkEffects.Named.LEADER;
    }

    /** Whether only another server named the current one: what stands behind a name may differ between here and there. */
    boolean isHearsay() {
        return redirect != null || atOther;
    }

    /** How long each step of an attempt may take. */
    long stepNanos() {
        return isHearsay() ? Math.min(HEARSAY_NANOS, connectNanos) : connectNanos;
    }

    /** Which server the current one need not send us to. */
    String unreached() {
        return unreached;
    }

    /** The current one, for people. */
    String name() {
        return Servers.describe(current());
    }

    /** The current one is of no use. From where a redirect led, it is back to who sent us there: that one then passes the link on, or knows better. */
    void next() {
        Redirect left = redirect;
        redirect = null;
        if (left != null) {
            unreached = left.text;
        }
        if (left == null || left.address.equals(current())) {
            redirects = 0;
            step();
        }
    }

    private void step() {
        if (atOther) {
            atOther = false;
            other = (other + 1) % others.size();
        } else {
            index = (index + 1) % configured.size();
            atOther = index == 0 && !others.isEmpty();
        }
    }

    /** The current one says nothing any more: others need not send us back to it. */
    void silent() {
        String silent = redirect == null ? Servers.describe(current()) : redirect.text;
        next();
        unreached = silent;
    }

    /** The current one sends us to {@code server} (host:port); false when that was so too often, or it is not of our cluster. */
    boolean redirected(String server, long ofCluster) {
        SocketAddress address = Servers.parse(server);
        if (++redirects > REDIRECTS_MAX || !isMeant(ofCluster)) {
            redirects = 0;
            return false;
        }
        redirect = new Redirect(server, address, ofCluster);
        return true;
    }

    /** The current one says Welcome; false when it is not the server that another one meant, whatever it is. */
    boolean welcomed(long ofCluster) {
        if (!isMeant(ofCluster)) {
            return false;
        }
        clusterId = ofCluster;
        redirects = 0;
        denials = 0;
        unreached = "";
        return true;
    }

    /** Whether what is of this cluster may be the server that was meant: a name may stand for another one here. */
    private boolean isMeant(long ofCluster) {
        return !isHearsay() || ofCluster == (redirect == null ? clusterId : redirect.clusterId);
    }

    /**
     * The current one refuses us for this reason, before there is a connection. Whether that is the last word, if the reason is one: who was
     * only named by others need not be one of theirs, from here. But when nobody else answers, and all of them know nothing of the session
     * again and again, it is gone.
     */
    boolean isLastWord(RefusalCode code) {
        if (!isHearsay()) {
            denials = 0;
            return true;
        }
        boolean denied = redirect == null && code == RefusalCode.SESSION_UNKNOWN;
        return denied && ++denials >= ROUNDS * others.size();
    }

    /** These (host:port, with commas between them) are the members now. */
    LinkOptions.Members learned(String text) {
        List<SocketAddress> servers = new ArrayList<>();
        for (String server : text.split(",", -1)) {
            servers.add(Servers.parse(server));
        }
        LinkOptions.Members members = new LinkOptions.Members(servers, clusterId);
        learned(members);
        return members;
    }

    private void learned(LinkOptions.Members members) {
        SocketAddress asked = atOther ? others.get(other) : null;
        others = members.servers().stream()
                .filter(server -> !configured.contains(server))
                .distinct()
                .toList();
        other = Math.max(0, others.indexOf(asked));
        atOther = others.contains(asked);
        clusterId = members.clusterId();
    }

    /** The current one was asked in vain; true when that is so of all. {@code answered}: it said itself why. */
    boolean hasFailedAsAll(LinkException reason, boolean answered) {
        if (!isHearsay()) {
            code = reason.code();
        }
        if (redirect == null) {
            failures.add(answered ? name() + ": " + reason.getMessage() : String.valueOf(reason.getMessage()));
            allAnswered &= answered;
        }
        next();
        int all = others.isEmpty() ? configured.size() : others.size() * (configured.size() + 1);
        return failures.size() >= all;
    }

    /** Why there is no session, with the code of a server that the application named. */
    LinkException failure(LinkException last) {
        return new LinkException(
                code, Servers.unreachable(failures.stream().distinct().toList(), allAnswered), last);
    }
}
