package dev.sluice.ra;

import dev.sluice.SluiceException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.CommException;
import jakarta.resource.spi.SecurityException;

/** What one contract throws, in the words of the other. Stateless. */
final class ResourceErrors {
    /** Exceptions within exceptions are looked at so far: a chain that is longer is a ring. */
    private static final int DEPTH_MAX = 50;

    private ResourceErrors() {}

    /** For the container. */
    static ResourceException of(String what, JMSException failure) {
        String text = what + ": " + failure.getMessage();
        if (failure instanceof JMSSecurityException) {
            return new SecurityException(text, failure);
        }
        return isUnreachable(failure) ? new CommException(text, failure) : new ResourceException(text, failure);
    }

    /** Whether it says that the server is away. */
    static boolean isUnreachable(Exception failure) {
        return SluiceException.in(failure)
                .filter(why -> why.reason() == SluiceException.Reason.UNREACHABLE)
                .isPresent();
    }

    /** For the application: what the client threw, wherever the container has put it. */
    static JMSException toJms(ResourceException failure) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < DEPTH_MAX; depth++) {
            if (at instanceof JMSException own) {
                return own;
            }
            at = at.getCause();
        }
        JMSException error = new JMSException("the container has no connection: " + failure.getMessage());
        error.setLinkedException(failure);
        error.initCause(failure);
        return error;
    }
}
