package dev.sluice.jms;

import dev.sluice.SluiceException;
import dev.sluice.SluiceException.Reason;
import dev.sluice.link.LinkException;
import dev.sluice.wire.RefusalCode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.TransactionRolledBackRuntimeException;
import org.jspecify.annotations.Nullable;

/** Makes the exceptions that the standard names: from a refusal, from a broken rule, and the unchecked twin of a checked one. */
public final class JmsErrors {
    private JmsErrors() {}

    /** The exception for what the link or the server refused; the error code is {@code SLUICE-} and the refusal's number. */
    public static JMSException of(LinkException failure) {
        String text = String.valueOf(failure.getMessage());
        JMSException error = of(failure.code(), text);
        SluiceException cause = typed(failure);
        error.setLinkedException(cause);
        error.initCause(cause);
        return error;
    }

    /** The same for programs. */
    static SluiceException typed(LinkException failure) {
        SluiceException typed = new SluiceException(
                reason(failure.code()),
                String.valueOf(failure.getMessage()),
                new SluiceException.Excess(failure.limit(), failure.actual()),
                failure.getCause());
        typed.setStackTrace(failure.getStackTrace());
        return typed;
    }

    private static Reason reason(RefusalCode code) {
        return switch (code) {
            case SHUTTING_DOWN -> Reason.UNREACHABLE;
            case PROTOCOL -> Reason.PROTOCOL;
            case VERSION -> Reason.VERSION;
            case AUTHENTICATION -> Reason.AUTHENTICATION;
            case NAMESPACE -> Reason.NAMESPACE;
            case CLIENT_ID_IN_USE -> Reason.CLIENT_ID_IN_USE;
            case CLIENT_ID_MISSING -> Reason.CLIENT_ID_MISSING;
            case SESSION_UNKNOWN -> Reason.SESSION_UNKNOWN;
            case DESTINATION_UNKNOWN -> Reason.DESTINATION_UNKNOWN;
            case DESTINATION_NAME -> Reason.DESTINATION_NAME;
            case DESTINATION_IN_USE -> Reason.DESTINATION_IN_USE;
            case DESTINATION_FOREIGN -> Reason.DESTINATION_FOREIGN;
            case SELECTOR -> Reason.SELECTOR;
            case SUBSCRIPTION_IN_USE -> Reason.SUBSCRIPTION_IN_USE;
            case SUBSCRIPTION_UNKNOWN -> Reason.SUBSCRIPTION_UNKNOWN;
            case SUBSCRIPTION_MISMATCH -> Reason.SUBSCRIPTION_MISMATCH;
            case STORAGE_FULL -> Reason.STORAGE_FULL;
            case LIMIT -> Reason.LIMIT;
            case TRANSACTION_ROLLED_BACK -> Reason.TRANSACTION_ROLLED_BACK;
            case TRANSACTION_TIMEOUT -> Reason.TRANSACTION_TIMEOUT;
            case TRANSACTION_UNKNOWN -> Reason.TRANSACTION_UNKNOWN;
            case TRANSACTION_EXISTS -> Reason.TRANSACTION_EXISTS;
            case TRANSACTION_STATE -> Reason.TRANSACTION_STATE;
            case TRANSACTION_COMMITTED_BY_PEOPLE -> Reason.TRANSACTION_COMMITTED_BY_PEOPLE;
            case TRANSACTION_ROLLED_BACK_BY_PEOPLE -> Reason.TRANSACTION_ROLLED_BACK_BY_PEOPLE;
            case TRANSACTION_MIXED -> Reason.TRANSACTION_MIXED;
            case NUMBER_GAP, WRONG_SHARD, CONSUMER_UNKNOWN, STAGE_UNKNOWN, INTERNAL -> Reason.INTERNAL;
        };
    }

    /** The exception for a refusal. */
    static JMSException of(RefusalCode code, String text) {
        String errorCode = "SLUICE-" + code.code();
        return switch (code) {
            case AUTHENTICATION -> new JMSSecurityException(text, errorCode);
            case CLIENT_ID_IN_USE -> new InvalidClientIDException(text, errorCode);
            case DESTINATION_UNKNOWN, DESTINATION_NAME, DESTINATION_FOREIGN, SUBSCRIPTION_UNKNOWN ->
                new InvalidDestinationException(text, errorCode);
            case SELECTOR -> new InvalidSelectorException(text, errorCode);
            case STORAGE_FULL, LIMIT -> new ResourceAllocationException(text, errorCode);
            case TRANSACTION_ROLLED_BACK, TRANSACTION_TIMEOUT -> new TransactionRolledBackException(text, errorCode);
            case CLIENT_ID_MISSING -> new IllegalStateException(text, errorCode);
            default -> new JMSException(text, errorCode);
        };
    }

    /** The waiting thread was interrupted; the mark is set again. */
    static JMSException interrupted(String what, InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        JMSException error = new JMSException("interrupted while " + what, "SLUICE-INTERRUPTED");
        error.setLinkedException(interrupt);
        error.initCause(interrupt);
        return error;
    }

    /** Any other failure below. */
    static JMSException because(String text, Exception cause) {
        JMSException error = new JMSException(text + ": " + cause.getMessage());
        error.setLinkedException(cause);
        error.initCause(cause);
        return error;
    }

    /** The same as an unchecked exception, of the twin class. */
    public static JMSRuntimeException unchecked(JMSException error) {
        String text = error.getMessage();
        String code = error.getErrorCode();
        if (error instanceof IllegalStateException) {
            return new IllegalStateRuntimeException(text, code, error);
        } else if (error instanceof InvalidClientIDException) {
            return new InvalidClientIDRuntimeException(text, code, error);
        } else if (error instanceof InvalidDestinationException) {
            return new InvalidDestinationRuntimeException(text, code, error);
        } else if (error instanceof InvalidSelectorException) {
            return new InvalidSelectorRuntimeException(text, code, error);
        } else if (error instanceof JMSSecurityException) {
            return new JMSSecurityRuntimeException(text, code, error);
        } else if (error instanceof MessageFormatException) {
            return new MessageFormatRuntimeException(text, code, error);
        } else if (error instanceof MessageNotWriteableException) {
            return new MessageNotWriteableRuntimeException(text, code, error);
        } else if (error instanceof ResourceAllocationException) {
            return new ResourceAllocationRuntimeException(text, code, error);
        } else if (error instanceof TransactionInProgressException) {
            return new TransactionInProgressRuntimeException(text, code, error);
        } else if (error instanceof TransactionRolledBackException) {
            return new TransactionRolledBackRuntimeException(text, code, error);
        }
        return new JMSRuntimeException(text, code, error);
    }

    /** Makes the simplified API out of the classic one: runs {@code call} and throws the unchecked twin of what it throws. */
    static <T> T unchecked(Call<T> call) {
        try {
            return call.run();
        } catch (JMSException error) {
            throw unchecked(error);
        }
    }

    /** As {@link #unchecked(Call)}, for calls that may give null. */
    static <T> @Nullable T nullable(NullableCall<T> call) {
        try {
            return call.run();
        } catch (JMSException error) {
            throw unchecked(error);
        }
    }

    /** As {@link #unchecked(Call)}, without a result. */
    static void run(Action action) {
        try {
            action.run();
        } catch (JMSException error) {
            throw unchecked(error);
        }
    }

    /** A call of the classic API. */
    @FunctionalInterface
    interface Call<T> {
        /** Calls. */
        T run() throws JMSException;
    }

    /** A call of the classic API that may give null. */
    @FunctionalInterface
    interface NullableCall<T> {
        /** Calls. */
        @Nullable T run() throws JMSException;
    }

    /** A call of the classic API that gives nothing. */
    @FunctionalInterface
    interface Action {
        /** Calls. */
        void run() throws JMSException;
    }
}
