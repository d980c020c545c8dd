package dev.sluice.server;

import dev.sluice.wire.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * All that a server is told before it starts. Immutable; each part checks its own values and throws {@link ConfigException}.
 * {@link ConfigReader} fills it from file, environment and command line; {@link #defaults()} is a server without any of them.
 */
public record ServerConfig(
        Storage storage,
        Listener listener,
        Access access,
        Sessions sessions,
        Memory memory,
        Redelivery redelivery,
        Cluster cluster) {
    /** A leader that was cut off leads on for up to two seconds; so long at least others must wait before they give away what it has given. */
    private static final Duration GRACE_OF_CLUSTER_MIN = Duration.ofSeconds(5);

    /** Checks what one part asks of another. */
    public ServerConfig {
        if (cluster.isSet() && sessions.grace().compareTo(GRACE_OF_CLUSTER_MIN) < 0) {
            throw new ConfigException(
                    "grace",
                    Settings.format(sessions.grace()) + " is too short for a cluster; give "
                            + Settings.format(GRACE_OF_CLUSTER_MIN) + " or more");
        }
    }

    /** The configuration of a server that was told nothing. */
    public static ServerConfig defaults() {
        return ConfigReader.defaults();
    }

    /** The same server on another directory. */
    public ServerConfig withData(Path directory) {
        return new ServerConfig(
                new Storage(directory, storage.shards, storage.storeLimitBytes),
                listener,
                access,
                sessions,
                memory,
                redelivery,
                cluster);
    }

    /** The same server with another number of shards; 0 leaves it to the data directory. */
    public ServerConfig withShards(int shards) {
        return new ServerConfig(
                new Storage(storage.data, shards, storage.storeLimitBytes),
                listener,
                access,
                sessions,
                memory,
                redelivery,
                cluster);
    }

    /** The same server on another port; 0 takes any that is free. */
    public ServerConfig withPort(int port) {
        return new ServerConfig(storage, listener.withPort(port), access, sessions, memory, redelivery, cluster);
    }

    /** The same server with other rules for what fails. */
    public ServerConfig withRedelivery(Redelivery other) {
        return new ServerConfig(storage, listener, access, sessions, memory, other, cluster);
    }

    /** The same server, as a member of no cluster. */
    ServerConfig alone() {
        return new ServerConfig(
                storage,
                listener,
                access,
                sessions,
                memory,
                redelivery,
                new Cluster("", "", cluster.logBytes, cluster.balance));
    }

    /** The least that the rows of one shard can be kept in. */
    static final long STORE_BYTES_MIN = 16L << 20;

    private static final long MESSAGES_MIN = 32L << 20;
    private static final long TRANSIENT_MIN = 16L << 20;

    /** Where messages are kept. */
    public record Storage(
            @Setting(
                    key = "data",
                    fallback = "sluice-data",
                    text = {
                        "The directory that holds everything the server must not lose. It is created when it is missing,",
                        "and used by one server at a time."
                    })
            Path data,

            @Setting(
                    key = "shards",
                    fallback = "0",
                    min = 0,
                    max = Wire.SHARDS_MAX,
                    text = {
                        "Into how many shards the destinations are divided, by their names. Each has a thread, a log and a store of",
                        "its own, and an even share of the memory and of store-limit: more of them use more cores and disks' queues.",
                        "Fixed when the data directory is made; `sluice cluster adopt` can make it more. 0 takes what the directory",
                        "has, and 1 for a new one. A client has a connection to each shard that it uses."
                    })
            int shards,

            @Setting(
                    key = "store-limit",
                    fallback = "0",
                    min = 0,
                    max = 16L << 40,
                    bytes = true,
                    text = {
                        "The most that stored messages may take on the disk; 0 leaves it to the disk. When there is no room",
                        "sends are refused with limit and value, and consumers go on."
                    })
            long storeLimitBytes) {
        /** Checks the limits. */
        public Storage {
            Settings.within(Storage.class, "shards", shards);
            Settings.within(Storage.class, "store-limit", storeLimitBytes);
            if (storeLimitBytes > 0 && storeLimitBytes < STORE_BYTES_MIN) {
                throw new ConfigException(
                        "store-limit",
                        storeLimitBytes + " bytes are too few to work with; give it 16MiB or more, or 0 for no limit");
            }
        }
    }

    /** Where and how clients come in. */
    public record Listener(
            @Setting(
                    key = "bind",
                    fallback = "127.0.0.1",
                    text = {
                        "The address to listen on. 127.0.0.1 is reached from this machine only; 0.0.0.0 from everywhere,",
                        "for which you need users (see below). Passwords travel unencrypted: use networks you trust."
                    })
            String bind,

            @Setting(
                    key = "port",
                    fallback = "7676",
                    min = 0,
                    max = 65_535,
                    text = {"The port to listen on. 0 takes any free one and prints it."})
            int port,

            @Setting(
                    key = "event-loops",
                    fallback = "0",
                    min = 0,
                    max = 64,
                    text = {
                        "Threads that read from and write to clients. 0 chooses: 1 on up to 4 cores, 2 on up to 16, else 4."
                    })
            int eventLoops,

            @Setting(
                    key = "connections",
                    fallback = "10000",
                    min = 1,
                    max = 1_000_000,
                    text = {"The most connections at a time; further ones are told so and closed."})
            int connections,

            @Setting(
                    key = "unauthenticated-per-address",
                    fallback = "256",
                    min = 1,
                    max = 1_000_000,
                    text = {
                        "The most connections of one address that have not yet said who they are, so that no one can take",
                        "all connections without a password."
                    })
            int unauthenticatedPerAddress,

            @Setting(
                    key = "handshake-timeout",
                    fallback = "10s",
                    min = 100,
                    max = 600_000,
                    text = {"How long a new connection may take to say who it is."})
            Duration handshakeTimeout) {
        /** Checks the limits. */
        public Listener {
            if (bind.isBlank()) {
                throw new ConfigException("bind", "the address is empty; 127.0.0.1 listens on this machine only");
            }
            Settings.within(Listener.class, "port", port);
            Settings.within(Listener.class, "event-loops", eventLoops);
            Settings.within(Listener.class, "connections", connections);
            Settings.within(Listener.class, "unauthenticated-per-address", unauthenticatedPerAddress);
            Settings.within(Listener.class, "handshake-timeout", handshakeTimeout.toMillis());
        }

        /** Event loops for a machine of so many cores. */
        int eventLoopsOf(int cores) {
            return eventLoops > 0 ? eventLoops : cores <= 4 ? 1 : cores <= 16 ? 2 : 4;
        }

        private Listener withPort(int other) {
            return new Listener(bind, other, eventLoops, connections, unauthenticatedPerAddress, handshakeTimeout);
        }
    }

    /** Who may come in. */
    public record Access(
            @Setting(
                    key = "users",
                    fallback = "",
                    text = {
                        "The file of users and hashed passwords, which `sluice users add` writes. A running server sees changes.",
                        "Empty: the file `users` in the data directory."
                    })
            String users,

            @Setting(
                    key = "allow-anonymous-loopback",
                    fallback = "true",
                    text = {
                        "Whether clients on this machine may connect without user and password. From elsewhere they never may."
                    })
            boolean allowAnonymousLoopback) {
        /** The users file of a server on {@code data}. */
        public Path usersFile(Path data) {
            return users.isEmpty() ? data.resolve("users") : Path.of(users);
        }
    }

    /** How connections that are lost are treated. */
    public record Sessions(
            @Setting(
                    key = "heartbeat",
                    fallback = "10s",
                    min = 100,
                    max = 600_000,
                    text = {
                        "How often client and server say that they are there. After three times without a word the",
                        "connection counts as lost."
                    })
            Duration heartbeat,

            @Setting(
                    key = "grace",
                    fallback = "10s",
                    min = 1,
                    max = 3_600_000,
                    text = {
                        "How long messages are held for a client whose connection was closed without a goodbye,",
                        "before others get them."
                    })
            Duration grace,

            @Setting(
                    key = "session-memory",
                    fallback = "2m",
                    min = 1_000,
                    max = 86_400_000,
                    text = {
                        "How long a lost client may stay away and still learn what became of its last sends.",
                        "Its temporary destinations go after this time."
                    })
            Duration memory) {
        /** Checks the limits. */
        public Sessions {
            Settings.within(Sessions.class, "heartbeat", heartbeat.toMillis());
            Settings.within(Sessions.class, "grace", grace.toMillis());
            Settings.within(Sessions.class, "session-memory", memory.toMillis());
            if (memory.compareTo(grace) < 0) {
                throw new ConfigException(
                        "session-memory",
                        Settings.format(memory) + " is shorter than grace (" + Settings.format(grace)
                                + "); a session must be remembered at least as long as its messages are held");
            }
        }
    }

    /** What may stay in memory; the rest is read from disk when it is needed. */
    public record Memory(
            @Setting(
                    key = "message-memory",
                    fallback = "0",
                    min = 0,
                    max = 1L << 40,
                    bytes = true,
                    text = {
                        "Direct memory for the newest messages; older ones are read from the disk when they are needed.",
                        "0 chooses: a quarter of the direct memory that the JVM may use (-XX:MaxDirectMemorySize)."
                    })
            long messageBytes,

            @Setting(
                    key = "non-persistent-memory",
                    fallback = "0",
                    min = 0,
                    max = 1L << 40,
                    bytes = true,
                    text = {
                        "Memory for non-persistent messages that wait for their consumers; what is beyond goes to the disk.",
                        "0 chooses: an eighth of the direct memory that the JVM may use."
                    })
            long transientBytes,

            @Setting(
                    key = "inbox-size",
                    fallback = "4096",
                    min = 64,
                    max = 1 << 20,
                    text = {
                        "How many reads from sockets may wait for the server's writer thread before clients are made to wait."
                    })
            int inboxSize) {
        /** Checks the limits. */
        public Memory {
            Settings.within(Memory.class, "message-memory", messageBytes);
            Settings.within(Memory.class, "non-persistent-memory", transientBytes);
            Settings.within(Memory.class, "inbox-size", inboxSize);
        }

        /** Bytes for the newest messages in a JVM that may use {@code directBytes} of direct memory. */
        long messageBytesOf(long directBytes) {
            return messageBytes > 0 ? messageBytes : Math.max(MESSAGES_MIN, directBytes / 4);
        }

        /** Bytes for non-persistent messages in such a JVM. */
        long transientBytesOf(long directBytes) {
            return transientBytes > 0 ? transientBytes : Math.max(TRANSIENT_MIN, directBytes / 8);
        }
    }

    /** Which servers are one, if it is not alone. */
    public record Cluster(
            @Setting(
                    key = "node",
                    fallback = "",
                    text = {"Which of the members of the cluster this server is; empty for a server that is alone."})
            String node,

            @Setting(
                    key = "cluster",
                    fallback = "",
                    text = {
                        "The members of the cluster, the same for each of them: a=host:port,b=host:port,c=host:port. Three or more, of",
                        "which most must run. Clients connect to host:port, where the member listens (bind applies, port does not);",
                        "members talk to each other on port + 1000, or another one: a=host:port:port2. That port is not encrypted",
                        "and asks no one who they are: only the members may reach it. The first start waits until all of them were",
                        "started. Later members come and go by `sluice cluster add` and `remove`."
                    })
            String members,

            @Setting(
                    key = "cluster-log",
                    fallback = "128MiB",
                    min = 16 << 20,
                    max = 16L << 40,
                    bytes = true,
                    text = {
                        "So much of each shard's log is kept for members that were away: one that missed more copies the shard's store",
                        "from its leader. Each entry counts for 1KiB more than its bytes. A start reads what is kept. At least 16MiB."
                    })
            long logBytes,

            @Setting(
                    key = "cluster-balance",
                    fallback = "true",
                    text = {
                        "Whether the members of a cluster spread by themselves who leads which shard, by the work there is. Without it",
                        "leaders stay where they were elected, until a member stops or someone says otherwise (sluice cluster balance)."
                    })
            boolean balance) {
        /** Checks that they fit together. */
        public Cluster {
            Settings.within(Cluster.class, "cluster-log", logBytes);
            List<Member> parsed = members.isEmpty() ? List.of() : Member.parse(members);
            if (parsed.isEmpty() && !node.isEmpty()) {
                throw new ConfigException("node", "'" + node + "' is a member of what? Name all members (cluster)");
            }
            if (!parsed.isEmpty()
                    && parsed.stream().noneMatch(member -> member.name().equals(node))) {
                throw new ConfigException(
                        "node",
                        (node.isEmpty()
                                        ? "which member this server is, is not said"
                                        : "there is no member '" + node + "'")
                                + "; the members are "
                                + parsed.stream().map(Member::name).collect(Collectors.joining(", ")));
            }
        }

        /** Whether the server is a member of one. */
        boolean isSet() {
            return !members.isEmpty();
        }

        /** All members. */
        List<Member> all() {
            return Member.parse(members);
        }

        /** The member that this server is. */
        Member own() {
            return all().stream()
                    .filter(member -> member.name().equals(node))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
