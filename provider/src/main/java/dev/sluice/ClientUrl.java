package dev.sluice;

import dev.sluice.ClientOptions.Identity;
import dev.sluice.ClientOptions.Times;
import dev.sluice.base.HostPort;
import dev.sluice.link.LinkOptions;
import dev.sluice.wire.Wire;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The URL of a connection factory, taken apart: where to connect, and the options. Immutable; a URL that is wrong does not get here. */
record ClientUrl(Target target, ClientOptions options) {
    private static final String REMOTE = "sluice://";
    private static final String SECURE = "sluices://";
    private static final String EMBEDDED = "sluice:embedded:";
    private static final String MEMORY = "sluice:mem:";
    private static final int PORT_MAX = 65_535;

    /** The options, in the order of the manual. */
    static final List<String> OPTIONS = List.of(
            "client.id",
            "user",
            "password",
            "prefetch",
            "ack.strict",
            "deserialization.allow",
            "reconnect.for",
            "connect.timeout",
            "heartbeat",
            "redelivery.limit",
            "redelivery.delay",
            "redelivery.delay.multiplier",
            "redelivery.delay.max",
            "shards");

    /** Where to connect. */
    sealed interface Target {}

    /** Servers on the network, tried in turn. */
    record Servers(List<Server> list) implements Target {
        Servers {
            list = List.copyOf(list);
        }

        @Override
        public String toString() {
            return "sluice://" + list.stream().map(Server::toString).collect(Collectors.joining(","));
        }
    }

    /** One server. */
    record Server(String host, int port) {
        @Override
        public String toString() {
            return HostPort.format(host, port);
        }
    }

    /** A durable server in this JVM; {@code shards} 0 leaves it to the directory. */
    record Embedded(String directory, int shards) implements Target {
        @Override
        public String toString() {
            return "sluice:embedded:" + directory;
        }
    }

    /** A server in this JVM that keeps nothing on disk; {@code shards} 0 leaves it to the server. */
    record Memory(String name, int shards) implements Target {
        @Override
        public String toString() {
            return "sluice:mem:" + name;
        }
    }

    /** Takes a URL apart; says in the exception what is wrong and what is right. */
    static ClientUrl parse(String url) {
        int question = url.indexOf('?');
        String address = question < 0 ? url : url.substring(0, question);
        Map<String, String> given = question < 0 ? Map.of() : query(url.substring(question + 1));
        return new ClientUrl(target(address, given.get("shards")), options(given));
    }

    private static Target target(String address, @Nullable String shards) {
        if (address.startsWith(SECURE)) {
            throw new IllegalArgumentException("the URL begins with sluices://, but TLS is not yet supported;"
                    + " use sluice:// on a network that you trust");
        } else if (address.startsWith(REMOTE)) {
            if (shards != null) {
                throw new IllegalArgumentException("the option shards is for a server in this JVM (sluice:embedded: and"
                        + " sluice:mem:); one on the network has a setting of that name");
            }
            return new Servers(servers(address.substring(REMOTE.length())));
        } else if (address.startsWith(EMBEDDED)) {
            return new Embedded(
                    required(address, EMBEDDED, "a directory, as in sluice:embedded:/var/lib/orders"), shards(shards));
        } else if (address.startsWith(MEMORY)) {
            return new Memory(required(address, MEMORY, "a name, as in sluice:mem:test"), shards(shards));
        }
        throw new IllegalArgumentException("the URL '" + address + "' begins with none of sluice://, sluice:embedded:"
                + " and sluice:mem:; write for example sluice://localhost:" + Wire.PORT);
    }

    private static int shards(@Nullable String given) {
        int shards = whole("shards", given, 0);
        if (given != null && (shards < 1 || shards > Wire.SHARDS_MAX)) {
            throw new IllegalArgumentException(
                    "the option shards is " + shards + "; it must be 1 to " + Wire.SHARDS_MAX);
        }
        return shards;
    }

    private static String required(String address, String scheme, String what) {
        String rest = address.substring(scheme.length());
        if (rest.isEmpty()) {
            throw new IllegalArgumentException("after " + scheme + " the URL needs " + what);
        }
        return decode(rest);
    }

    private static List<Server> servers(String text) {
        String hosts = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        if (hosts.indexOf('/') >= 0) {
            throw new IllegalArgumentException("the URL names the namespace '" + hosts.substring(hosts.indexOf('/'))
                    + "'; only the empty one is accepted, so end the URL after the last port");
        }
        List<Server> servers = new ArrayList<>();
        for (String host : hosts.split(",", -1)) {
            servers.add(server(host.strip()));
        }
        return servers;
    }

    private static Server server(String text) {
        // An IPv6 address stands in brackets, so that its colons are not taken for the one before the port.
        int bracket = text.lastIndexOf(']');
        int colon = text.indexOf(':', Math.max(bracket, 0));
        String host = colon < 0 ? text : text.substring(0, colon);
        if (bracket > 0 && host.startsWith("[")) {
            host = host.substring(1, bracket);
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException("the URL has an empty host; write sluice://host:" + Wire.PORT);
        }
        if (colon < 0) {
            return new Server(host, Wire.PORT);
        }
        String port = text.substring(colon + 1);
        long number = port.matches("\\d{1,6}") ? Long.parseLong(port) : 0;
        if (number < 1 || number > PORT_MAX) {
            throw new IllegalArgumentException(
                    "the port '" + port + "' of host '" + host + "' is not a number from 1 to " + PORT_MAX);
        }
        return new Server(host, (int) number);
    }

    private static Map<String, String> query(String text) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String part : text.split("&", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("the option '" + part + "' has no value; write name=value");
            }
            String name = decode(part.substring(0, equals));
            if (!OPTIONS.contains(name)) {
                throw new IllegalArgumentException("the option '" + name + "' is not known; did you mean '"
                        + nearest(name) + "'? There are: " + String.join(", ", OPTIONS));
            }
            if (options.put(name, decode(part.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("the option '" + name + "' is given twice");
            }
        }
        return options;
    }

    private static String decode(String text) {
        try {
            // A plus stands for itself, as in a path or a password; a blank is %20.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("'%' must be followed by two hex digits in a URL", malformed);
        }
    }

    private static ClientOptions options(Map<String, String> given) {
        ClientOptions standard = ClientOptions.DEFAULT;
        Times times = standard.times();
        String clientId = given.get("client.id");
        if (clientId != null && clientId.isEmpty()) {
            throw new IllegalArgumentException("the option client.id is empty; leave it out");
        }
        return new ClientOptions(
                new Identity(clientId, given.get("user"), given.get("password")),
                new Times(
                        duration("reconnect.for", given.get("reconnect.for"), times.reconnectFor()),
                        duration("connect.timeout", given.get("connect.timeout"), times.connectTimeout()),
                        duration("heartbeat", given.get("heartbeat"), times.heartbeat())),
                whole("prefetch", given.get("prefetch"), standard.prefetch()),
                truth("ack.strict", given.get("ack.strict"), standard.strictAcknowledge()),
                list(given.get("deserialization.allow")),
                redelivery(given));
    }

    private static ClientOptions.Redelivery redelivery(Map<String, String> given) {
        String limit = given.get("redelivery.limit");
        String delay = given.get("redelivery.delay");
        String delayMax = given.get("redelivery.delay.max");
        return new ClientOptions.Redelivery(
                limit == null ? null : (Integer) whole("redelivery.limit", limit, 0),
                delay == null ? null : duration("redelivery.delay", delay, Duration.ZERO),
                factor("redelivery.delay.multiplier", given.get("redelivery.delay.multiplier")),
                delayMax == null ? null : duration("redelivery.delay.max", delayMax, Duration.ZERO));
    }

    private static @Nullable Double factor(String option, @Nullable String value) {
        if (value == null) {
            return null;
        }
        if (!value.matches("\\d{1,9}(\\.\\d{1,3})?")) {
            throw new IllegalArgumentException("the option " + option + " is '" + value
                    + "'; it must be a number, with at most three digits after the point, as in 1.5");
        }
        return Double.valueOf(value);
    }

    private static int whole(String option, @Nullable String value, int standard) {
        if (value == null) {
            return standard;
        }
        if (!value.matches("\\d{1,9}")) {
            throw new IllegalArgumentException(
                    "the option " + option + " is '" + value + "'; it must be a whole number");
        }
        return Integer.parseInt(value);
    }

    private static boolean truth(String option, @Nullable String value, boolean standard) {
        if (value == null) {
            return standard;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException(
                        "the option " + option + " is '" + value + "'; it must be true or false");
        };
    }

    private static List<String> list(@Nullable String value) {
        if (value == null) {
            return List.of();
        }
        List<String> parts = new ArrayList<>();
        for (String part : value.split(",", -1)) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        return parts;
    }

    private static Duration duration(String option, @Nullable String value, Duration standard) {
        if (value == null) {
            return standard;
        }
        if (option.equals("reconnect.for") && value.equals("forever")) {
            return LinkOptions.FOREVER;
        }
        java.util.regex.Matcher match =
                java.util.regex.Pattern.compile("(\\d{1,9})(ms|s|m|h)").matcher(value);
        if (!match.matches()) {
            throw new IllegalArgumentException("the option " + option + " is '" + value
                    + "'; it must be a number and a unit: ms, s, m or h, as in 30s");
        }
        long number = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    /** The known option that needs the fewest changes to become {@code name}. */
    private static String nearest(String name) {
        String best = OPTIONS.get(0);
        int fewest = Integer.MAX_VALUE;
        for (String option : OPTIONS) {
            int changes = changes(name.toLowerCase(Locale.ROOT), option);
            if (changes < fewest) {
                fewest = changes;
                best = option;
            }
        }
        return best;
    }

    private static int changes(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            previous[column] = column;
        }
        for (int row = 1; row <= from.length(); row++) {
            int[] current = new int[to.length() + 1];
            current[0] = row;
            for (int column = 1; column <= to.length(); column++) {
                int replace = previous[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replace, Math.min(previous[column], current[column - 1]) + 1);
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
