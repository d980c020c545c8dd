package dev.sluice.ra;

import dev.sluice.base.Monitor;
import dev.sluice.base.SharedRef;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TopicSession;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One use of a connection of the pool: what the container knows as the connection's handle, and an application as its session or context. Good until
 * it is closed, or its connection cleaned up; what was made by it ends with it. One application's thread; the container may end it from any.
 */
final class SessionHandle implements InvocationHandler {
    private final Monitor monitor = new Monitor();
    private final SharedRef<ManagedXaConnection> managed = new SharedRef<>();
    private final SharedRef<Object> target = new SharedRef<>();
    private final List<Guard> children = new ArrayList<>();
    private Rules.Domain domain = Rules.Domain.ANY;
    private boolean isContext;
    private int mode = Session.AUTO_ACKNOWLEDGE;
    private @Nullable Runnable whenClosed;

    SessionHandle(ManagedXaConnection managed) {
        this.managed.set(managed);
    }

    /** Shows it as a session; {@code whenClosed} hears of its end. */
    <S> S asSession(Class<S> type, Rules.Domain newDomain, int newMode, Runnable newWhenClosed) {
        domain = newDomain;
        mode = newMode;
        whenClosed = newWhenClosed;
        target.set(Objects.requireNonNull(managed.value()).session());
        return proxy(
                type,
                newDomain == Rules.Domain.ANY
                        ? new Class<?>[] {QueueSession.class, TopicSession.class}
                        : new Class<?>[] {type});
    }

    /** Shows it as a context. */
    JMSContext asContext(int newMode) {
        isContext = true;
        mode = newMode;
        target.set(Objects.requireNonNull(managed.value()).newContext());
        return proxy(JMSContext.class, new Class<?>[] {JMSContext.class});
    }

    private <T> T proxy(Class<T> type, Class<?>[] types) {
        return type.cast(Proxy.newProxyInstance(SessionHandle.class.getClassLoader(), types, this));
    }

    // ---- what happens to it

    /** From now on messages are handed out. */
    void startDelivery() throws JMSException {
        ManagedXaConnection now = managed.value();
        if (now != null) {
            now.startDelivery();
        }
    }

    /** It uses another connection now; returns the one before. What was made by it ends: it belongs to that one. */
    @Nullable ManagedXaConnection move(ManagedXaConnection to) {
        closeChildren();
        ManagedXaConnection before = managed.value();
        managed.set(to);
        if (target.value() != null) {
            target.set(isContext ? to.newContext() : to.session());
        }
        return before;
    }

    /** The application is done with it. */
    void close() {
        ManagedXaConnection now = managed.value();
        if (now != null) {
            try {
                invalidate();
                now.closed(this);
            } finally {
                Visiting.leave();
            }
        }
    }

    /** Its connection is for others now. */
    void invalidate() {
        closeChildren();
        managed.set(null);
        target.set(null);
        if (whenClosed != null) {
            whenClosed.run();
        }
    }

    private void closeChildren() {
        List<Guard> open;
        monitor.enter();
        try {
            open = List.copyOf(children);
            children.clear();
        } finally {
            monitor.leave();
        }
        open.forEach(Guard::close);
    }

    void forget(Guard child) {
        monitor.enter();
        try {
            boolean ignored = children.remove(child);
        } finally {
            monitor.leave();
        }
    }

    /** Whether it is open, and what was made on {@code that} is still good. */
    boolean uses(ManagedXaConnection that) {
        return managed.value() == that;
    }

    // ---- calls of the application

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(proxy, name, arguments);
        }
        if (name.equals("close")) {
            close();
            return null;
        }
        Object now = target.value();
        ManagedXaConnection connection = managed.value();
        if (now == null || connection == null) {
            throw isContext
                    ? new jakarta.jms.IllegalStateRuntimeException("the context is closed")
                    : new jakarta.jms.IllegalStateException("the session is closed");
        }
        Rules.checkSession(method, now, domain);
        return switch (name) {
            case "getTransacted" -> isInTransaction(connection);
            case "getAcknowledgeMode", "getSessionMode" ->
                isInTransaction(connection) ? Session.SESSION_TRANSACTED : mode;
            case "commit", "rollback", "recover" -> throw refuseToEnd(method, now, isInTransaction(connection));
            default -> kept(connection, call(connection, now, method, arguments));
        };
    }

    private static boolean isInTransaction(ManagedXaConnection connection) {
        return connection.factory().isInTransaction();
    }

    private static Exception refuseToEnd(Method method, Object target, boolean inTransaction) throws JMSException {
        if (!inTransaction) {
            return Rules.refusal(
                    method,
                    target,
                    method.getName() + " has nothing to do: outside of a transaction of the container the session"
                            + " sends and acknowledges at once");
        }
        String text = method.getName() + " is the container's: the session takes part in its transaction";
        return target instanceof JMSContext
                ? new TransactionInProgressRuntimeException(text)
                : new TransactionInProgressException(text);
    }

    /** Calls the client; what it throws comes out as it is, and the pool hears when the connection has ended. */
    static @Nullable Object call(
            ManagedXaConnection connection, Object target, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            Throwable cause = Objects.requireNonNullElse(thrown.getCause(), thrown);
            if (cause instanceof JMSException || cause instanceof JMSRuntimeException) {
                connection.checkAfter((Exception) cause);
            }
            throw cause;
        }
    }

    private @Nullable Object kept(ManagedXaConnection connection, @Nullable Object made) {
        if (made instanceof TemporaryQueue || made instanceof TemporaryTopic) {
            connection.remember(made);
            return made;
        }
        boolean child = made instanceof MessageProducer
                || made instanceof MessageConsumer
                || made instanceof QueueBrowser
                || made instanceof JMSProducer
                || made instanceof JMSConsumer;
        if (made == null || !child) {
            return made;
        }
        Guard guard = new Guard(this, connection, made);
        if (made instanceof JMSProducer) {
            // It has no end of its own: a context that lives long would collect them.
            return guard.shown();
        }
        monitor.enter();
        try {
            children.add(guard);
        } finally {
            monitor.leave();
        }
        return guard.shown();
    }

    private Object ofObject(Object proxy, String name, Object @Nullable [] arguments) {
        return switch (name) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> toString();
        };
    }

    /** What it uses. */
    @Override
    public String toString() {
        ManagedXaConnection now = managed.value();
        return "SessionHandle[" + (now == null ? "closed" : now) + "]";
    }
}
