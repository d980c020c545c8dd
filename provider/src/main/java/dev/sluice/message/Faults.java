package dev.sluice.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;

/** The exceptions that the standard names for messages. Stateless. */
final class Faults {
    private Faults() {}

    /** Adds what is below, both ways that the API knows. */
    static <T extends JMSException> T of(T fault, Exception cause) {
        fault.setLinkedException(cause);
        var unused = fault.initCause(cause);
        return fault;
    }

    static MessageNotWriteableException propertiesReadOnly() {
        return new MessageNotWriteableException(
                "the properties of a received message are read-only; call clearProperties first");
    }

    static MessageNotWriteableException bodyReadOnly() {
        return new MessageNotWriteableException("the body of this message is read-only; call clearBody first");
    }

    static MessageNotReadableException bodyWriteOnly() {
        return new MessageNotReadableException("the body of this message is being written; call reset first");
    }

    static MessageEOFException bodyEnd() {
        return new MessageEOFException("the end of the message's body is reached");
    }

    static MessageFormatException malformed(String what, RuntimeException cause) {
        return of(
                new MessageFormatException("the " + what + " of the message cannot be read: " + cause.getMessage()),
                cause);
    }
}
