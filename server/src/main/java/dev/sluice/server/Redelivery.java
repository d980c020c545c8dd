package dev.sluice.server;

import dev.sluice.server.core.RedeliveryPolicies;
import dev.sluice.server.core.RedeliveryPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What becomes of messages whose deliveries fail: for all destinations, and for some of them. */
public record Redelivery(
        @Setting(
                key = "redelivery-limit",
                fallback = "10",
                min = 0,
                max = 1_000_000,
                text = {
                    "How often a message is delivered at most. When each delivery has failed it goes to the dead-letter queue of its",
                    "destination, the queue DLQ.orders for orders, with the reason in its properties. 0: for ever."
                })
        int limit,

        @Setting(
                key = "redelivery-delay",
                fallback = "0ms",
                min = 0,
                max = 86_400_000,
                text = {
                    "How long a message whose delivery failed waits before the next one. Others overtake it, but for those of its",
                    "group (JMSXGroupID)."
                })
        Duration delay,

        @Setting(
                key = "redelivery-delay-multiplier",
                fallback = "1",
                min = 1,
                max = 100,
                text = {"By how much that grows with each further delivery that fails: 2 doubles it."})
        double multiplier,

        @Setting(
                key = "redelivery-delay-max",
                fallback = "1m",
                min = 0,
                max = 86_400_000,
                text = {"The longest that it grows to."})
        Duration delayMax,

        @Setting(
                key = "redelivery-rules",
                fallback = "",
                text = {
                    "Other values for destinations by name, or by the beginning of their names: orders=limit:3,delay:5s; audit.*=limit:0.",
                    "There are limit, delay, multiplier and max; what is not said is as above. The whole name goes before the longest",
                    "beginning. In a cluster each member should have the same: those of the one that leads are in force."
                })
        String rules) {
    private static final double MULTIPLIER_MAX = 100;

    /** Checks the limits. */
    public Redelivery {
        Settings.within(Redelivery.class, "redelivery-limit", limit);
        Settings.within(Redelivery.class, "redelivery-delay", delay.toMillis());
        Settings.within(Redelivery.class, "redelivery-delay-max", delayMax.toMillis());
        if (!(multiplier >= 1 && multiplier <= MULTIPLIER_MAX)) {
            throw new ConfigException(
                    "redelivery-delay-multiplier", multiplier + " is not allowed; it must be 1 to 100");
        }
        Map<String, RedeliveryPolicy> unused = parse(rules, new RedeliveryPolicy(0, 0, 1, 0));
    }

    /** The same for all. */
    public static Redelivery of(int limit, Duration delay) {
        return new Redelivery(limit, delay, 1, Duration.ofMinutes(1), "");
    }

    /** What the shards go by. */
    RedeliveryPolicies policies() {
        RedeliveryPolicy others = new RedeliveryPolicy(limit, delay.toMillis(), multiplier, delayMax.toMillis());
        Map<String, RedeliveryPolicy> names = new LinkedHashMap<>();
        Map<String, RedeliveryPolicy> prefixes = new LinkedHashMap<>();
        parse(rules, others).forEach((name, policy) -> {
            boolean isPrefix = name.endsWith("*");
            (isPrefix ? prefixes : names).put(isPrefix ? name.substring(0, name.length() - 1) : name, policy);
        });
        return new RedeliveryPolicies(others, names, prefixes);
    }

    private static Map<String, RedeliveryPolicy> parse(String rules, RedeliveryPolicy others) {
        Map<String, RedeliveryPolicy> parsed = new LinkedHashMap<>();
        for (String rule : rules.split(";", -1)) {
            if (!rule.isBlank()) {
                int equals = rule.lastIndexOf('=');
                String name = equals < 0 ? "" : rule.substring(0, equals).strip();
                if (name.isEmpty()) {
                    throw wrong("'" + rule.strip() + "' has no name; write it like orders=limit:3,delay:5s");
                }
                if (name.indexOf('*') >= 0 && name.indexOf('*') < name.length() - 1) {
                    throw wrong("'" + name + "' has a * that is not at its end");
                }
                if (parsed.put(name, policy(rule.substring(equals + 1), others)) != null) {
                    throw wrong("'" + name + "' has two rules");
                }
            }
        }
        return parsed;
    }

    private static RedeliveryPolicy policy(String values, RedeliveryPolicy others) {
        RedeliveryPolicy policy = others;
        for (String each : values.split(",", -1)) {
            int colon = each.indexOf(':');
            String key = colon < 0 ? "" : each.substring(0, colon).strip();
            String value = each.substring(colon + 1);
            policy = switch (key) {
                case "limit" ->
                    new RedeliveryPolicy(
                            (Integer) value("redelivery-limit", value),
                            policy.delayMillis(),
                            policy.multiplier(),
                            policy.delayMillisMax());
                case "delay" ->
                    new RedeliveryPolicy(
                            policy.limit(),
                            millis("redelivery-delay", value),
                            policy.multiplier(),
                            policy.delayMillisMax());
                case "multiplier" ->
                    new RedeliveryPolicy(
                            policy.limit(), policy.delayMillis(), multiplier(value), policy.delayMillisMax());
                case "max" ->
                    new RedeliveryPolicy(
                            policy.limit(),
                            policy.delayMillis(),
                            policy.multiplier(),
                            millis("redelivery-delay-max", value));
                default -> throw wrong("'" + each.strip() + "' is none of limit:3, delay:5s, multiplier:2 and max:1m");
            };
        }
        return policy;
    }

    private static double multiplier(String value) {
        double multiplier = (Double) value("redelivery-delay-multiplier", value);
        if (!(multiplier >= 1 && multiplier <= MULTIPLIER_MAX)) {
            throw wrong("multiplier:" + value.strip() + " is not allowed; it must be 1 to 100");
        }
        return multiplier;
    }

    private static long millis(String setting, String value) {
        return ((Duration) value(setting, value)).toMillis();
    }

    private static Object value(String setting, String value) {
        Settings.Entry entry = Objects.requireNonNull(Settings.find(setting));
        try {
            Object parsed = entry.parse(value);
            if (parsed instanceof Integer number) {
                Settings.within(Redelivery.class, setting, number);
            } else if (parsed instanceof Duration duration) {
                Settings.within(Redelivery.class, setting, duration.toMillis());
            }
            return parsed;
        } catch (ConfigException fault) {
            throw wrong(String.valueOf(fault.getMessage()));
        }
    }

    private static ConfigException wrong(String why) {
        return new ConfigException("redelivery-rules", why);
    }
}
