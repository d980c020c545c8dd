package dev.sluice.net;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the names of servers, which may take long: each name on a thread of its own, so that no socket waits for it, nor one name for
 * another; all who want the same one wait for one lookup. Thread-safe.
 */
final class Lookups {
    private static final Map<String, CompletableFuture<InetAddress>> UNDER_WAY = new ConcurrentHashMap<>();

    private Lookups() {}

    /**
     * Looks up the name of a server, if it is one.
     *
     * @param then is given the address, or why there is none; here and now when there is nothing to look up, else on another thread
     */
    static void resolve(SocketAddress server, BiConsumer<SocketAddress, @Nullable Throwable> then) {
        if (!(server instanceof InetSocketAddress named) || !named.isUnresolved()) {
            then.accept(server, null);
            return;
        }
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(named.getHostString());
        if (literal != null) {
            then.accept(new InetSocketAddress(literal, named.getPort()), null);
            return;
        }
        var unused = UNDER_WAY
                .computeIfAbsent(named.getHostString(), Lookups::begin)
                .whenComplete((address, unknown) -> then.accept(
                        address == null ? named : new InetSocketAddress(address, named.getPort()), unknown));
    }

    private static CompletableFuture<InetAddress> begin(String host) {
        CompletableFuture<InetAddress> lookup = new CompletableFuture<>();
        Thread thread = new Thread(() -> lookUp(host, lookup), "sluice-lookup");
        thread.setDaemon(true);
        thread.start();
        return lookup;
    }

    private static void lookUp(String host, CompletableFuture<InetAddress> lookup) {
        InetAddress address = null;
        Throwable unknown = null;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException | RuntimeException | Error fault) {
            unknown = fault;
        }
        // First: who comes later looks again.
        UNDER_WAY.remove(host);
        if (unknown == null) {
            lookup.complete(address);
        } else {
            lookup.completeExceptionally(unknown);
        }
    }
}
