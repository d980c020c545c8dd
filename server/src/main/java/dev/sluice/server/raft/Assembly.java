package dev.sluice.server.raft;

import dev.sluice.base.HostPort;
import dev.sluice.server.log.LogException;
import java.io.DataOutput;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first start of a member: asks the others, and answers them, until {@link Founding} knows what to do. Used by one thread. */
final class Assembly {
    private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);
    private static final long ASK_MILLIS = 1_000;
    private static final long PAUSE_NANOS = 200_000_000;
    private static final long TELL_NANOS = 10_000_000_000L;

    private final RaftOptions options;
    private final Identity identity;
    private final Pauses pauses = new Pauses();
    private List<String> told = List.of();
    private long toldNanos;

    private Assembly(RaftOptions options, Identity identity) {
        this.options = options;
        this.identity = identity;
    }

    /**
     * Waits until the cluster is known.
     *
     * @throws LogException when it cannot be, with the reason for the operator
     * @throws InterruptedException when the thread was interrupted meanwhile
     */
    static Identity await(RaftOptions options, Identity identity) throws InterruptedException {
        Server server = null;
        try {
            server = NettyServerBuilder.forAddress(listening(identity.facts().self()))
                    .addService(MemberCalls.service((kind, call, answer) -> answer(identity, kind, answer)))
                    .build()
                    .start();
            return new Assembly(options, identity).await();
        } catch (IOException fault) {
            throw new LogException(
                    "this member cannot listen to others on "
                            + identity.facts().self().raft() + ": " + fault.getMessage(),
                    fault);
        } finally {
            if (server != null) {
                boolean unused = server.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
            }
        }
    }

    private static SocketAddress listening(MemberAddress self) {
        InetSocketAddress named = HostPort.parse(self.raft());
        return new InetSocketAddress(named.getHostString(), named.getPort());
    }

    private static void answer(Identity identity, int kind, DataOutput answer) throws IOException {
        if (kind != MemberCalls.FACTS) {
            throw new IOException("this member still waits for others to begin");
        }
        identity.facts().write(answer);
    }

    private Identity await() throws InterruptedException {
        Map<String, MemberClient> clients = new HashMap<>();
        options.others().forEach(other -> clients.put(other.name(), MemberClient.of(other.raft(), ASK_MILLIS)));
        try {
            while (true) {
                Founding.Decision decision =
                        Founding.decide(identity.facts(), new ArrayList<>(clients.keySet()), answers(clients));
                if (decision instanceof Founding.Decision.Belong cluster) {
                    return identity.of(cluster.clusterId(), cluster.founders());
                }
                if (decision instanceof Founding.Decision.Refuse refusal) {
                    throw new LogException(refusal.why());
                }
                if (decision instanceof Founding.Decision.Wait waiting) {
                    tell(waiting.members());
                }
                if (!pauses.take(PAUSE_NANOS) || Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        } finally {
            clients.values().forEach(MemberClient::close);
        }
    }

    private static Map<String, Facts> answers(Map<String, MemberClient> clients) {
        Map<String, Facts> answers = new HashMap<>();
        clients.forEach((name, client) -> {
            Facts facts = ask(client);
            if (facts != null) {
                answers.put(name, facts);
            }
        });
        return answers;
    }

    private static @Nullable Facts ask(MemberClient client) {
        try {
            return client.facts();
        } catch (IOException away) {
            return null;
        }
    }

    private void tell(List<String> silent) {
        long now = System.nanoTime();
        if (!silent.equals(told) || now - toldNanos > TELL_NANOS) {
            LOG.info("waiting for={} reason=a cluster begins when all members of it were started once", silent);
            told = silent;
            toldNanos = now;
        }
    }
}
