package dev.sluice.compliance;

import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Calls each method of a JMSProducer with arguments that are right for it. */
final class ProducerCalls {
    /** The methods, in a fixed order. */
    static final List<Method> ALL = Stream.of(JMSProducer.class.getMethods())
            .sorted(Comparator.comparing(Method::toString))
            .toList();

    private final Map<Class<?>, Object> arguments;

    ProducerCalls(Destination destination, Message message) {
        arguments = Map.ofEntries(
                Map.entry(boolean.class, true),
                Map.entry(byte.class, (byte) 1),
                Map.entry(short.class, (short) 1),
                // A priority, a delivery mode and a value.
                Map.entry(int.class, 2),
                Map.entry(long.class, 1L),
                Map.entry(float.class, 1f),
                Map.entry(double.class, 1d),
                Map.entry(String.class, "name"),
                Map.entry(Object.class, "value"),
                Map.entry(Serializable.class, "body"),
                Map.entry(byte[].class, new byte[1]),
                Map.entry(Map.class, Map.of()),
                Map.entry(Destination.class, destination),
                Map.entry(Message.class, message),
                Map.entry(CompletionListener.class, Completions.NONE));
    }

    @Nullable Object call(JMSProducer producer, Method method) throws JMSException {
        Object[] values =
                Stream.of(method.getParameterTypes()).map(arguments::get).toArray();
        try {
            return method.invoke(producer, values);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof JMSRuntimeException expected) {
                throw expected;
            }
            throw new AssertionError(method.toString(), thrown.getCause());
        } catch (IllegalAccessException error) {
            throw new AssertionError(error);
        }
    }
}
