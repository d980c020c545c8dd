package dev.sluice.ra;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A producer, consumer or browser as an application sees it: good as long as the handle that made it. The application's thread. */
final class Guard implements InvocationHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private final SessionHandle handle;
    private final ManagedXaConnection connection;
    private final Object target;
    private final Object shown;
    private boolean closed;

    Guard(SessionHandle handle, ManagedXaConnection connection, Object target) {
        this.handle = handle;
        this.connection = connection;
        this.target = target;
        this.shown = Proxy.newProxyInstance(
                Guard.class.getClassLoader(), target.getClass().getInterfaces(), this);
    }

    /** For the application. */
    Object shown() {
        return shown;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        if (method.getDeclaringClass() == Object.class) {
            return switch (name) {
                case "equals" -> arguments != null && proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> target.toString();
            };
        }
        if (name.equals("close")) {
            handle.forget(this);
            closed = true;
            return SessionHandle.call(connection, target, method, arguments);
        }
        Rules.checkChild(method, target);
        if (closed || !handle.uses(connection)) {
            throw Rules.refusal(method, target, "what made it is closed, and so is it");
        }
        Object result = SessionHandle.call(connection, target, method, arguments);
        return result == target ? proxy : result;
    }

    /** Its handle ends. */
    void close() {
        closed = true;
        try {
            if (target instanceof MessageProducer producer) {
                producer.close();
            } else if (target instanceof MessageConsumer consumer) {
                consumer.close();
            } else if (target instanceof QueueBrowser browser) {
                browser.close();
            } else if (target instanceof JMSConsumer consumer) {
                consumer.close();
            } else if (!(target instanceof JMSProducer)) {
                LOG.debug("nothing to close: {}", target);
            }
        } catch (JMSException | JMSRuntimeException gone) {
            LOG.debug("{} is gone already: {}", target, gone.getMessage());
        }
    }
}
