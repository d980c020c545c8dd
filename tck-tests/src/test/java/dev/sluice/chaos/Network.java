package dev.sluice.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A network of namespaces that the run makes for itself, each with one address on a bridge in a namespace of its own. What is cut are
 * packets on their way in, so that the sender notices nothing. Needs root, {@code ip} and {@code nft}.
 */
final class Network {
    /** Of all its namespaces: what a run before has left is found by it. */
    private static final String PREFIX = "sluice-chaos-";

    /** Where the one is who watches: all others are reached from here. */
    static final String HUB = "hub";

    private static final String SUBNET = "10.119.83.";
    private static final int HUB_HOST = 254;
    private static final String RULES = """
            table inet chaos {
              set silent { type ipv4_addr; }
              set lossy { type ipv4_addr; }
              chain in {
                type filter hook prerouting priority -300;
                ip saddr @silent drop
                ip saddr @lossy numgen random mod 100 < %d drop
              }
            }
            """;
    private static final int LOSS_PERCENT = 2;

    private final List<String> names;

    /** Of hosts with these names, beside the hub. */
    Network(List<String> names) {
        this.names = List.copyOf(names);
    }

    /** Makes it, after what is left of an earlier one is gone. */
    void create() {
        remove();
        add(HUB);
        in(HUB, "ip", "link", "add", "bridge", "type", "bridge");
        in(HUB, "ip", "addr", "add", SUBNET + HUB_HOST + "/24", "dev", "bridge");
        in(HUB, "ip", "link", "set", "bridge", "up");
        for (String name : names) {
            add(name);
            in(HUB, "ip", "link", "add", "to-" + name, "type", "veth", "peer", "name", "eth0", "netns", PREFIX + name);
            in(HUB, "ip", "link", "set", "to-" + name, "master", "bridge", "up");
            in(name, "ip", "addr", "add", address(name) + "/24", "dev", "eth0");
            in(name, "ip", "link", "set", "eth0", "up");
            Shell.feed(RULES.formatted(LOSS_PERCENT), command(name, "nft", "-f", "-"));
        }
    }

    private static void add(String name) {
        Shell.run("ip", "netns", "add", PREFIX + name);
        in(name, "ip", "link", "set", "lo", "up");
    }

    /** Ends all processes in it and removes it; also what another run has left. */
    static void remove() {
        for (String line : Shell.run("ip", "netns", "list").lines().toList()) {
            String namespace = line.split(" ", 2)[0];
            if (namespace.startsWith(PREFIX)) {
                for (String pid : new TreeSet<>(
                        Shell.run("ip", "netns", "pids", namespace).lines().toList())) {
                    ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly);
                }
                Shell.run("ip", "netns", "del", namespace);
            }
        }
    }

    /** A host's address. */
    String address(String name) {
        return SUBNET + (1 + names.indexOf(name));
    }

    /** What is to stand before a command that runs there. */
    static List<String> at(String name) {
        return List.of("ip", "netns", "exec", PREFIX + name);
    }

    private static String[] command(String name, String... command) {
        List<String> all = new ArrayList<>(at(name));
        all.addAll(List.of(command));
        return all.toArray(new String[0]);
    }

    private static void in(String name, String... command) {
        Shell.run(command(name, command));
    }

    // ---- faults ----

    /** Nothing that one says reaches the other. */
    void silence(String speaker, String listener) {
        in(listener, "nft", "add", "element", "inet", "chaos", "silent", "{ " + address(speaker) + " }");
    }

    /** All that a host says is late and slow, and some is lost; returns how it was done. */
    String slow(String name) {
        String how = "netem delay 40ms 20ms loss " + LOSS_PERCENT + "%";
        if (Shell.succeeds(command(name, ("tc qdisc add dev eth0 root " + how).split(" ")))) {
            return how;
        }
        // A kernel without netem: a narrow link with a long queue, and losses at the other ends.
        String narrow = "tbf rate 3mbit burst 8kb latency 300ms";
        in(name, ("tc qdisc add dev eth0 root " + narrow).split(" "));
        for (String other : names) {
            if (!other.equals(name)) {
                in(other, "nft", "add", "element", "inet", "chaos", "lossy", "{ " + address(name) + " }");
            }
        }
        return narrow + ", " + LOSS_PERCENT + " % lost";
    }

    /** All is as before. */
    void heal() {
        for (String name : names) {
            in(name, "nft", "flush", "set", "inet", "chaos", "silent");
            in(name, "nft", "flush", "set", "inet", "chaos", "lossy");
            // Fails where there is none.
            boolean unused = Shell.succeeds(command(name, "tc", "qdisc", "del", "dev", "eth0", "root"));
        }
    }
}
