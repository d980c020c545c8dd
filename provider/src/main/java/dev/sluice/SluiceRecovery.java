package dev.sluice;

import dev.sluice.base.Monitor;
import dev.sluice.jms.ClassicXaConnection;
import jakarta.jms.JMSException;
import jakarta.jms.XASession;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * Shows a transaction manager what is in doubt on a server, for its recovery after a crash. It has the methods of Narayana's
 * {@code XAResourceRecoveryHelper}, and becomes one by {@link #as} without needing Narayana itself:
 *
 * <pre>{@code
 * SluiceRecovery recovery = new SluiceRecovery(new SluiceConnectionFactory("sluice://localhost:7676"));
 *
 * RecoveryManager.delayRecoveryManagerThread();
 * RecoveryManager.manager().initialize();
 * XARecoveryModule.getRegisteredXARecoveryModule()
 *         .addXAResourceRecoveryHelper(recovery.as(XAResourceRecoveryHelper.class));
 * RecoveryManager.manager().startRecoveryManagerThread();
 * }</pre>
 *
 * <p>One for each server (or cluster) that an application uses in global transactions is enough; {@code docs/transactions.md} shows a whole
 * program.
 *
 * <p>It keeps one connection of its own, opened when it is first asked and again after a failure. A pass of the recovery never waits for a
 * server to come back: that connection does not reconnect by itself, so {@link #getXAResources} fails at once when the server is away, after {@code
 * connect.timeout} when it cannot be reached, after three heartbeats when it hangs. The transaction manager then knows that it has not seen
 * everything, and its next pass tries again. Thread-safe.
 */
public final class SluiceRecovery implements AutoCloseable {
    private final Monitor monitor = new Monitor();
    private final SluiceConnectionFactory factory;
    private @Nullable Opened opened;
    private boolean closed;
    private @Nullable Wrapping wrapping;

    /** What is open, and the resource as it was given out: a transaction manager compares resources from pass to pass. */
    private record Opened(ClassicXaConnection connection, XAResource resource, XAResource shown) {
        boolean answers() {
            try {
                return resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN) != null;
            } catch (XAException broken) {
                return false;
            }
        }

        void close() {
            try {
                connection.close();
            } catch (JMSException alreadyLost) {
                // It ends all the same; its server forgets it in time.
            }
        }
    }

    private record Wrapping(String name, Class<? extends XAResource> type) {}

    /**
     * For the server that {@code factory} connects to, as the user of its URL. A client identifier in the URL is not used: it belongs to the
     * application's connection.
     */
    public SluiceRecovery(SluiceConnectionFactory factory) {
        this.factory = Objects.requireNonNull(factory, "factory");
    }

    /**
     * Gives the resource of the server a name for the transaction manager: from now on {@link #getXAResources} shows it as the type {@code
     * wrapper}. For Narayana that is {@code org.jboss.tm.XAResourceWrapper}, whose {@code getJndiName} is {@code name}; an application server
     * that enlists wrapped resources of the same name can then tell a branch that was committed just before a crash from one whose server it
     * could not ask. What is shown is for recovery, not to be enlisted: Narayana would write it to its log.
     *
     * @throws IllegalArgumentException when {@code wrapper} is not an interface
     */
    public SluiceRecovery named(String name, Class<? extends XAResource> wrapper) {
        checkInterface(wrapper);
        Opened before;
        monitor.enter();
        try {
            wrapping = new Wrapping(Objects.requireNonNull(name, "name"), wrapper);
            before = opened;
            opened = null;
        } finally {
            monitor.leave();
        }
        if (before != null) {
            before.close();
        }
        return this;
    }

    private XAResource shown(XAResource resource) {
        Wrapping how;
        monitor.enter();
        try {
            how = wrapping;
        } finally {
            monitor.leave();
        }
        return how == null ? resource : proxy(how.type, new Wrapped(resource, how.name));
    }

    /**
     * This object as an interface of a transaction manager that has the method {@code XAResource[] getXAResources()} and perhaps {@code boolean
     * initialise(String)}.
     *
     * @throws IllegalArgumentException when it is no such interface
     */
    public <T> T as(Class<T> helper) {
        checkInterface(helper);
        try {
            if (helper.getMethod("getXAResources").getReturnType() == XAResource[].class) {
                return proxy(helper, new Answers(this));
            }
        } catch (NoSuchMethodException without) {
            throw new IllegalArgumentException(noHelper(helper), without);
        }
        throw new IllegalArgumentException(noHelper(helper));
    }

    private static String noHelper(Class<?> type) {
        return type.getName() + " has no method XAResource[] getXAResources(): it is not a helper for recovery";
    }

    private static void checkInterface(Class<?> type) {
        if (!type.isInterface()) {
            throw new IllegalArgumentException(type.getName() + " is not an interface");
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** Needs no parameters; always true. */
    public boolean initialise(@Nullable String parameters) {
        return true;
    }

    /**
     * The resource of the server: one, and the same as the time before as long as its connection lives.
     *
     * @throws JMSException when the server cannot be reached now, so that what is in doubt there is not known; the next call tries again
     */
    public XAResource[] getXAResources() throws JMSException {
        Opened now = take();
        if (now != null && !now.answers()) {
            now.close();
            now = null;
        }
        return new XAResource[] {keep(now == null ? open() : now).shown};
    }

    /** What was open, out of the reach of others, so that it is closed once. */
    private @Nullable Opened take() throws JMSException {
        monitor.enter();
        try {
            if (closed) {
                throw new jakarta.jms.IllegalStateException("this recovery is closed");
            }
            Opened now = opened;
            opened = null;
            return now;
        } finally {
            monitor.leave();
        }
    }

    private Opened open() throws JMSException {
        ClassicXaConnection connection = factory.createRecoveryConnection();
        boolean made = false;
        try {
            // Who asks for resources learns of a loss then; nobody else waits for one.
            connection.setExceptionListener(lost -> {});
            XASession session = connection.createXASession();
            XAResource resource = session.getXAResource();
            Opened fresh = new Opened(connection, resource, shown(resource));
            made = true;
            return fresh;
        } finally {
            if (!made) {
                connection.close();
            }
        }
    }

    private Opened keep(Opened mine) throws JMSException {
        Opened kept;
        boolean mineIsKept;
        monitor.enter();
        try {
            mineIsKept = !closed && opened == null;
            if (mineIsKept) {
                opened = mine;
            }
            kept = closed ? null : opened;
        } finally {
            monitor.leave();
        }
        if (!mineIsKept) {
            mine.close();
        }
        if (kept == null) {
            throw new jakarta.jms.IllegalStateException("this recovery is closed");
        }
        return kept;
    }

    /** Closes its connection. What is in doubt stays so. */
    @Override
    public void close() {
        Opened last;
        monitor.enter();
        try {
            closed = true;
            last = opened;
            opened = null;
        } finally {
            monitor.leave();
        }
        if (last != null) {
            last.close();
        }
    }

    /** Where it connects to. */
    @Override
    public String toString() {
        return "SluiceRecovery[" + factory + "]";
    }

    /** Answers for a helper. */
    private record Answers(SluiceRecovery recovery) implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            return switch (method.getName()) {
                case "getXAResources" -> recovery.getXAResources();
                case "initialise" -> true;
                default -> ofObject(proxy, method, arguments, recovery);
            };
        }
    }

    /** Answers for a resource that has a name; what is asked of the resource itself goes there. */
    private record Wrapped(XAResource resource, String name) implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            if (method.getDeclaringClass() == XAResource.class) {
                return method.getName().equals("isSameRM") && arguments != null
                        ? resource.isSameRM(unwrapped(arguments[0]))
                        : asked(method, arguments);
            }
            return switch (method.getName()) {
                case "getResource" -> resource;
                case "getJndiName" -> name;
                case "getProductName" -> "Sluice";
                case "getProductVersion" ->
                    Objects.requireNonNullElse(SluiceRecovery.class.getPackage().getImplementationVersion(), "");
                default -> ofObject(proxy, method, arguments, resource);
            };
        }

        private @Nullable Object asked(Method method, Object @Nullable [] arguments) throws Throwable {
            try {
                return method.invoke(resource, arguments);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause() == null ? thrown : thrown.getCause();
            }
        }

        private static @Nullable XAResource unwrapped(@Nullable Object other) {
            if (other != null
                    && Proxy.isProxyClass(other.getClass())
                    && Proxy.getInvocationHandler(other) instanceof Wrapped same) {
                return same.resource;
            }
            return (XAResource) other;
        }
    }

    private static Object ofObject(Object proxy, Method method, Object @Nullable [] arguments, Object behind) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> behind.toString();
            default -> throw new UnsupportedOperationException("Sluice does not know the method " + method);
        };
    }
}
