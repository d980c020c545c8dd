package dev.sluice.server.core;

import dev.sluice.wire.Buckets;
import dev.sluice.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which policy is for which destination: that of its name, else that of the longest prefix of it, else the one for all others. Immutable.
 */
public final class RedeliveryPolicies {
    /** None for all. */
    public static final RedeliveryPolicies NONE =
            new RedeliveryPolicies(RedeliveryPolicy.NONE, new TreeMap<>(), new TreeMap<>());

    private final RedeliveryPolicy others;
    private final TreeMap<String, RedeliveryPolicy> names;
    private final TreeMap<String, RedeliveryPolicy> prefixes;

    /** {@code names} are whole ones, {@code prefixes} the beginnings of others. */
    public RedeliveryPolicies(
            RedeliveryPolicy others, Map<String, RedeliveryPolicy> names, Map<String, RedeliveryPolicy> prefixes) {
        this.others = others;
        this.names = new TreeMap<>(names);
        this.prefixes = new TreeMap<>(prefixes);
    }

    /** The policy of a destination as long as no consumer brings another one. */
    PolicyInForce of(Address address) {
        return new PolicyInForce(of(address.name()), mayHaveLimit(address));
    }

    /** The policy that was given for a name. */
    public RedeliveryPolicy of(String name) {
        RedeliveryPolicy exact = names.get(name);
        if (exact != null) {
            return exact;
        }
        // Whatever begins the name is before it, the longest one last.
        Map.Entry<String, RedeliveryPolicy> entry = prefixes.floorEntry(name);
        while (entry != null && !name.startsWith(entry.getKey())) {
            entry = prefixes.lowerEntry(entry.getKey());
        }
        return entry == null ? others : entry.getValue();
    }

    /**
     * A dead-letter queue has no other one behind it; what is in a temporary destination ends with that; and where the name leaves no room
     * for the prefix there can be no dead-letter queue.
     */
    private static boolean mayHaveLimit(Address address) {
        return !address.isTemporary()
                && !Buckets.isDeadLetterQueue(address.name())
                && deadLetterQueue(address).getBytes(StandardCharsets.UTF_8).length <= Wire.NAME_BYTES_MAX;
    }

    /** The name of the queue for what fails too often. */
    static String deadLetterQueue(Address source) {
        return Buckets.DEAD_LETTER_PREFIX + source.name();
    }
}
