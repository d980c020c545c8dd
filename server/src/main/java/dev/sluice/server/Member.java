package dev.sluice.server;

import dev.sluice.server.raft.MemberAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server of a cluster.
 *
 * @param name among the members
 * @param host where it is reached, by clients and by other members
 * @param port for clients
 * @param raftPort for other members
 */
record Member(String name, String host, int port, int raftPort) {
    private static final String KEY = "cluster";
    private static final int RAFT_PORT_AFTER = 1000;
    private static final int PORT_MAX = 65_535;
    private static final int MEMBERS_MIN = 3;

    /** Raft sends to each; more of them are slower, and no safer than seven. */
    private static final int MEMBERS_MAX = 15;

    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9_-]{1,32})=(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]=,\\s]+):(\\d{1,5})(?::(\\d{1,5}))?");

    /** Reads {@code a=host:port,b=host:port:raftPort,…}; a {@link ConfigException} says what is wrong. */
    static List<Member> parse(String text) {
        List<Member> members = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            members.add(one(part.strip()));
        }
        checkDistinct(members);
        checkCount(members.size());
        return List.copyOf(members);
    }

    /** Reads {@code a=host:port}; a {@link ConfigException} says what is wrong. */
    static Member parseOne(String text) {
        return one(text.strip());
    }

    private static Member one(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new ConfigException(KEY, "'" + text + "' is not a member; write it like a=host:7676");
        }
        int port = port(text, matcher.group(3));
        String raft = matcher.group(4);
        int raftPort = port(text, raft == null ? Integer.toString(port + RAFT_PORT_AFTER) : raft);
        return new Member(matcher.group(1), matcher.group(2), port, raftPort);
    }

    /** As the other members know it; its id is its name. */
    MemberAddress address() {
        return new MemberAddress(name, host + ":" + raftPort, host + ":" + port);
    }

    private static int port(String member, String text) {
        int port = Integer.parseInt(text);
        if (port < 1 || port > PORT_MAX) {
            throw new ConfigException(
                    KEY,
                    "'" + member + "' has port " + port + "; ports are 1 to " + PORT_MAX
                            + ", and that for other members is 1000 higher unless it is said: a=host:port:port2");
        }
        return port;
    }

    private static void checkDistinct(List<Member> members) {
        Set<String> names = new HashSet<>();
        Set<String> addresses = new HashSet<>();
        for (Member member : members) {
            if (!names.add(member.name)) {
                throw new ConfigException(KEY, "two members have the name '" + member.name + "'");
            }
            for (int port : List.of(member.port, member.raftPort)) {
                if (!addresses.add(member.host + ":" + port)) {
                    throw new ConfigException(KEY, "the address " + member.host + ":" + port + " is used twice");
                }
            }
        }
    }

    private static void checkCount(int count) {
        if (count == 1) {
            throw new ConfigException(
                    KEY, "one member is no cluster: leave node and cluster out, and the server is faster and as safe");
        }
        if (count < MEMBERS_MIN) {
            throw new ConfigException(
                    KEY,
                    "two members are less safe than one: when either dies the other is no majority, and nothing works."
                            + " Name three or more, or leave node and cluster out");
        }
        if (count > MEMBERS_MAX) {
            throw new ConfigException(KEY, count + " members are too many; at most " + MEMBERS_MAX + " are allowed");
        }
    }
}
