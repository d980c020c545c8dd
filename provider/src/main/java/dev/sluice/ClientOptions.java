package dev.sluice;

import dev.sluice.link.Link;
import dev.sluice.link.LinkOptions;
import dev.sluice.wire.Wire;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a client behaves: what the options of a URL say. Immutable.
 *
 * @param identity who the client is
 * @param times how long the connection waits for what
 * @param prefetch {@code prefetch}: messages a consumer is sent ahead of the application, 1 to 65,535
 * @param strictAcknowledge {@code ack.strict}: whether AUTO_ACKNOWLEDGE hands over a message only when the acknowledgement of the
 *     one before it is confirmed; otherwise that one may be on its way
 * @param deserializationAllow {@code deserialization.allow}: the classes and packages ({@code com.acme.*}) that an
 *     {@code ObjectMessage} may be made of; none by default
 * @param redelivery what becomes of messages whose deliveries fail; by default what the server says
 */
public record ClientOptions(
        Identity identity,
        Times times,
        int prefetch,
        boolean strictAcknowledge,
        List<String> deserializationAllow,
        Redelivery redelivery) {
    /** The largest prefetch. */
    public static final int PREFETCH_MAX = 65_535;

    /** What holds when a URL says nothing. */
    public static final ClientOptions DEFAULT = new ClientOptions(
            new Identity(null, null, null),
            new Times(LinkOptions.FOREVER, Duration.ofSeconds(10), Duration.ofSeconds(10)),
            256,
            false,
            List.of(),
            Redelivery.SERVERS);

    /** Checks the ranges. */
    public ClientOptions {
        if (prefetch < 1 || prefetch > PREFETCH_MAX) {
            throw new IllegalArgumentException(
                    "the option prefetch is " + prefetch + "; it must be 1 to " + PREFETCH_MAX);
        }
        deserializationAllow = List.copyOf(deserializationAllow);
    }

    /** The same for another user. */
    public ClientOptions withCredentials(@Nullable String user, @Nullable String password) {
        return new ClientOptions(
                new Identity(identity.clientId, user, password),
                times,
                prefetch,
                strictAcknowledge,
                deserializationAllow,
                redelivery);
    }

    /** The same without reconnecting, and without a client identifier, which only one connection can have. */
    ClientOptions forRecovery() {
        return new ClientOptions(
                new Identity(null, identity.user, identity.password),
                new Times(Duration.ZERO, times.connectTimeout, times.heartbeat),
                prefetch,
                strictAcknowledge,
                deserializationAllow,
                redelivery);
    }

    /**
     * Who the client is.
     *
     * @param clientId {@code client.id}: the client identifier of every connection, or null; only one connection can be open then
     * @param user {@code user}: for connections that are created without one
     * @param password {@code password}: belongs to {@code user}
     */
    public record Identity(
            @Nullable String clientId,
            @Nullable String user,
            @Nullable String password) {
        /** Says nothing of the password. */
        @Override
        public String toString() {
            return "Identity[clientId=" + clientId + ", user=" + user + "]";
        }
    }

    /**
     * How long the connection waits for what.
     *
     * @param reconnectFor {@code reconnect.for}: how long a lost connection tries to come back before it fails; for ever by default
     * @param connectTimeout {@code connect.timeout}: for one attempt to connect, 10 ms to 1 h
     * @param heartbeat {@code heartbeat}: silence after which a beat is sent, 100 ms to 1 h; three beats without an answer end the
     *     socket
     */
    public record Times(Duration reconnectFor, Duration connectTimeout, Duration heartbeat) {
        private static final Duration LONGEST = Duration.ofHours(1);

        /** Checks the ranges. */
        public Times {
            check("connect.timeout", connectTimeout, Duration.ofMillis(10));
            check("heartbeat", heartbeat, Duration.ofMillis(100));
            if (reconnectFor.isNegative()) {
                throw new IllegalArgumentException(
                        "the option reconnect.for is negative; 0s switches reconnecting off");
            }
        }

        private static void check(String option, Duration value, Duration shortest) {
            if (value.compareTo(shortest) < 0 || value.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("the option " + option + " is " + value.toMillis()
                        + "ms; it must be " + shortest.toMillis() + "ms to " + LONGEST.toMillis() + "ms");
            }
        }
    }

    /**
     * What becomes of messages whose deliveries fail: what all consumers of a connection bring. Null is as the server has it for the
     * destination.
     *
     * @param limit {@code redelivery.limit}: how often a message is delivered before it goes to the dead-letter queue, up to 1,000,000; 0
     *     for any number
     * @param delay {@code redelivery.delay}: how long it waits after the first delivery that failed, up to 24 h
     * @param multiplier {@code redelivery.delay.multiplier}: by how much that grows each further time, 1 to 100, in thousandths
     * @param delayMax {@code redelivery.delay.max}: up to this, 24 h at the most
     */
    public record Redelivery(
            @Nullable Integer limit,
            @Nullable Duration delay,
            @Nullable Double multiplier,
            @Nullable Duration delayMax) {
        /** All is as the server has it. */
        public static final Redelivery SERVERS = new Redelivery(null, null, null, null);

        /** Checks the ranges. */
        public Redelivery {
            if (limit != null && (limit < 0 || limit > Wire.REDELIVERY_LIMIT_MAX)) {
                throw new IllegalArgumentException("the option redelivery.limit is " + limit + "; it must be 0 to "
                        + Wire.REDELIVERY_LIMIT_MAX + ", 0 for no limit");
            }
            check("redelivery.delay", delay);
            if (multiplier != null && !(multiplier >= 1 && multiplier <= Wire.REDELIVERY_MULTIPLIER_MAX)) {
                throw new IllegalArgumentException("the option redelivery.delay.multiplier is " + multiplier
                        + "; it must be 1 to " + Wire.REDELIVERY_MULTIPLIER_MAX);
            }
            check("redelivery.delay.max", delayMax);
        }

        private static void check(String option, @Nullable Duration value) {
            Duration longest = Duration.ofMillis(Wire.REDELIVERY_DELAY_MILLIS_MAX);
            if (value != null && (value.isNegative() || value.compareTo(longest) > 0)) {
                throw new IllegalArgumentException("the option " + option + " is " + value.toMillis()
                        + "ms; it must be 0ms to " + longest.toMillis() + "ms");
            }
        }

        /** As a consumer of the link brings it. */
        public Link.Redelivery onLink() {
            return new Link.Redelivery(
                    limit == null ? -1 : limit,
                    delay == null ? -1 : delay.toMillis(),
                    multiplier == null ? -1 : Math.round((multiplier - 1) * Wire.REDELIVERY_GROWTH_UNIT),
                    delayMax == null ? -1 : delayMax.toMillis());
        }
    }
}
