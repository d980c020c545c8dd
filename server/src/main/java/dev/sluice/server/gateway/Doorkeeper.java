package dev.sluice.server.gateway;

import dev.sluice.base.SharedLong;
import dev.sluice.wire.RefusalCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Counts connections, and those of each address that have not said who they are. Any event loop; each visit is entered and left once. */
final class Doorkeeper {
    private final int connectionsMost;
    private final int strangersMost;
    private final SharedLong connections = new SharedLong(0);
    private final ConcurrentMap<InetAddress, Integer> strangers = new ConcurrentHashMap<>();

    Doorkeeper(int connectionsMost, int strangersMost) {
        this.connectionsMost = connectionsMost;
        this.strangersMost = strangersMost;
    }

    /** One more connection; not null says why it must go. It is counted either way, until it has left. */
    Visit enter(SocketAddress remote) {
        InetAddress address = remote instanceof InetSocketAddress internet ? internet.getAddress() : null;
        Visit visit = new Visit(address);
        long open = connections.add(1);
        int unknown = address == null ? 0 : strangers.merge(address, 1, Integer::sum);
        if (open > connectionsMost) {
            visit.refusal = new Refusal(
                    RefusalCode.LIMIT,
                    connectionsMost,
                    open,
                    "the server has all the connections it may have (connections: " + connectionsMost + ")");
        } else if (unknown > strangersMost) {
            visit.refusal = new Refusal(
                    RefusalCode.LIMIT,
                    strangersMost,
                    unknown,
                    "too many connections of this address have not said who they are (unauthenticated-per-address: "
                            + strangersMost + ")");
        }
        return visit;
    }

    /** How many connections there are. */
    long connections() {
        return connections.value();
    }

    /** One connection as it is counted. Owned by its event loop. */
    final class Visit {
        private final @Nullable InetAddress address;
        private @Nullable Refusal refusal;
        private boolean known;
        private boolean gone;

        private Visit(@Nullable InetAddress address) {
            this.address = address;
        }

        /** Why it must go, or null. */
        @Nullable Refusal refusal() {
            return refusal;
        }

        /** It has said who it is. */
        void identified() {
            if (!known) {
                known = true;
                if (address != null) {
                    strangers.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
                }
            }
        }

        /** It is gone. */
        void leave() {
            if (!gone) {
                gone = true;
                identified();
                long left = connections.add(-1);
                assert left >= 0;
            }
        }
    }
}
