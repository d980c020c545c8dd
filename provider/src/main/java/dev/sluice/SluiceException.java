package dev.sluice;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Why a server refused something, or a connection broke, in a form that programs can read. It is not thrown: it is the cause, and the linked
 * exception, of the {@code JMSException} that the standard names, so that it is found in whatever wraps that. Immutable.
 *
 * <pre>{@code
 * } catch (JMSException | JMSRuntimeException e) {
 *     SluiceException why = SluiceException.in(e).orElseThrow(() -> e);
 *     if (why.reason() == SluiceException.Reason.STORAGE_FULL) {
 *         log.warn("{} of {} bytes used", why.value(), why.limit());
 *         retryIn(why.retryAfter().orElseThrow());
 *     }
 * }
 * }</pre>
 */
public final class SluiceException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Exceptions within exceptions are looked at so far: a chain that is longer is a ring. */
    private static final int DEPTH_MAX = 50;

    private static final Duration SOON = Duration.ofSeconds(1);

    /** What is wrong. Later versions may have more. */
    public enum Reason {
        /** No server could be reached, or the one that was reached stops. */
        UNREACHABLE(true),
        /** Client and server do not understand each other. */
        PROTOCOL(false),
        /** Client and server are of versions that do not go together. */
        VERSION(false),
        /** User or password are wrong, or missing where they are needed. */
        AUTHENTICATION(false),
        /** The server has not the namespace of the URL. */
        NAMESPACE(false),
        /** Another connection has this client identifier. */
        CLIENT_ID_IN_USE(true),
        /** A durable subscription that is not shared needs a client identifier. */
        CLIENT_ID_MISSING(false),
        /** The server does not know the connection any more: it was away for too long. What was sent and not confirmed has an unknown outcome. */
        SESSION_UNKNOWN(false),
        /** There is no such destination, or it was deleted. */
        DESTINATION_UNKNOWN(false),
        /** The destination's name is empty, too long or has characters that are not allowed. */
        DESTINATION_NAME(false),
        /** The destination may not be deleted: it has consumers. */
        DESTINATION_IN_USE(true),
        /** A temporary destination is consumed only by the connection that made it. */
        DESTINATION_FOREIGN(false),
        /** The selector is wrong. */
        SELECTOR(false),
        /** The subscription has a consumer and is not shared. */
        SUBSCRIPTION_IN_USE(true),
        /** There is no such subscription. */
        SUBSCRIPTION_UNKNOWN(false),
        /** The shared subscription has another topic or selector, and consumers. */
        SUBSCRIPTION_MISMATCH(true),
        /** The server's disk, or the store's limit, is full; consuming goes on. */
        STORAGE_FULL(true),
        /** Something is larger, or there are more of it, than a limit allows. */
        LIMIT(false),
        /** The transaction was rolled back; nothing of it happened. */
        TRANSACTION_ROLLED_BACK(false),
        /** The transaction was rolled back: its time was over before it was prepared. */
        TRANSACTION_TIMEOUT(false),
        /** There is no such transaction branch (any more). */
        TRANSACTION_UNKNOWN(false),
        /** There is a transaction branch with this name already. */
        TRANSACTION_EXISTS(false),
        /** What is asked of the transaction does not fit its state. */
        TRANSACTION_STATE(false),
        /** People committed the transaction branch in place of its coordinator. */
        TRANSACTION_COMMITTED_BY_PEOPLE(false),
        /** People rolled the transaction branch back in place of its coordinator. */
        TRANSACTION_ROLLED_BACK_BY_PEOPLE(false),
        /** Of a transaction over several shards, people have committed one part and rolled back another. */
        TRANSACTION_MIXED(false),
        /** Something else, which the message says; the server's log may say more. */
        INTERNAL(false);

        private final boolean passing;

        Reason(boolean passing) {
            this.passing = passing;
        }
    }

    /**
     * What was exceeded; both are 0 when nothing was.
     *
     * @param limit the most that is allowed
     * @param value what there was
     */
    public record Excess(long limit, long value) {
        /** Nothing was exceeded, or it is not known by how much. */
        public static final Excess NONE = new Excess(0, 0);

        private boolean isKnown() {
            return limit != 0 || value != 0;
        }
    }

    /** Why. */
    private final Reason reason;

    /** The limit, if any. */
    private final long limit;

    /** What there was of it. */
    private final long value;

    /** Says why; {@code text} is for people. */
    public SluiceException(Reason reason, String text, Excess excess, @Nullable Throwable cause) {
        super(text, cause);
        this.reason = reason;
        this.limit = excess.limit();
        this.value = excess.value();
    }

    /** Why, if {@code thrown}, or what it was thrown for, comes from Sluice's server or the way to it. */
    public static Optional<SluiceException> in(@Nullable Throwable thrown) {
        Throwable at = thrown;
        for (int depth = 0; at != null && depth < DEPTH_MAX; depth++) {
            if (at instanceof SluiceException found) {
                return Optional.of(found);
            }
            Throwable cause = at.getCause();
            at = cause == null && at instanceof JMSException error ? error.getLinkedException() : cause;
        }
        return Optional.empty();
    }

    /** What is wrong. */
    public Reason reason() {
        return reason;
    }

    /** The limit that was exceeded, in the unit that the message names. */
    public OptionalLong limit() {
        return excess().isKnown() ? OptionalLong.of(limit) : OptionalLong.empty();
    }

    /** What there was, compared to the {@link #limit}. */
    public OptionalLong value() {
        return excess().isKnown() ? OptionalLong.of(value) : OptionalLong.empty();
    }

    private Excess excess() {
        return new Excess(limit, value);
    }

    /**
     * After how long the same call may go well, when it depends on others and not on the caller: on a server that comes back, on space
     * that is freed, on another client that closes something. Empty when trying again is no use before something is changed here.
     */
    public Optional<Duration> retryAfter() {
        return reason.passing ? Optional.of(SOON) : Optional.empty();
    }
}
