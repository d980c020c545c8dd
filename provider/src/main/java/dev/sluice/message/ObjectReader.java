package dev.sluice.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the object of an ObjectMessage from its bytes, once: each class must be allowed, and what it claims of memory must be in the bytes. */
final class ObjectReader implements ObjectInputFilter {
    /** Deeper graphs overflow the stack before they mean anything. */
    private static final long DEPTH_MAX = 500;

    /** An element of an array takes a byte at least; collections allocate up to about three times of what they hold. */
    private static final int ELEMENTS_PER_BYTE_MAX = 4;

    private static final int ELEMENTS_ALWAYS_ALLOWED = 64 * 1024;

    private static final Set<String> HARMLESS = Set.of(
            "java.lang.Boolean",
            "java.lang.Byte",
            "java.lang.Character",
            "java.lang.Double",
            "java.lang.Enum",
            "java.lang.Float",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Number",
            "java.lang.Short",
            "java.lang.String");

    private final @Nullable Deserialization policy;
    private final @Nullable ClassLoader loader;
    private long elementsLeft;
    private @Nullable String refused;

    /** {@code policy} is null for an object that this application made itself. */
    private ObjectReader(@Nullable Deserialization policy, @Nullable ClassLoader loader, long bytes) {
        this.policy = policy;
        this.loader = loader;
        this.elementsLeft = ELEMENTS_ALWAYS_ALLOWED + ELEMENTS_PER_BYTE_MAX * bytes;
    }

    /** Reads what came from outside. */
    static Serializable read(EncodedBody body, Deserialization policy) throws JMSException {
        return new ObjectReader(policy, policy.loader().get(), body.length()).read(body);
    }

    /** Reads a copy of what the application itself has set. */
    static Serializable readOwn(EncodedBody body, @Nullable ClassLoader loader) throws JMSException {
        return new ObjectReader(null, loader, body.length()).read(body);
    }

    private Serializable read(EncodedBody body) throws JMSException {
        try (ObjectInputStream stream =
                new LoadingStream(new ByteArrayInputStream(body.array(), body.offset(), body.length()))) {
            ObjectInputFilter global = Config.getSerialFilter();
            stream.setObjectInputFilter(
                    global == null || policy == null ? this : ObjectInputFilter.merge(this, global));
            return (Serializable) stream.readObject();
        } catch (IOException | ClassNotFoundException failure) {
            throw Faults.of(new MessageFormatException(refused != null ? refused : unreadable(failure)), failure);
        } catch (RuntimeException | LinkageError failure) {
            // What the classes' own readObject throws.
            MessageFormatException fault = new MessageFormatException(unreadable(failure));
            throw failure instanceof RuntimeException exception ? Faults.of(fault, exception) : fault;
        } catch (StackOverflowError failure) {
            throw new MessageFormatException("the object of the message is nested too deep to be read");
        }
    }

    private static String unreadable(Throwable failure) {
        return "the object of the message cannot be read: " + failure;
    }

    @Override
    public Status checkInput(FilterInfo info) {
        if (info.depth() > DEPTH_MAX) {
            return refuse("the object of the message is nested deeper than the limit of " + DEPTH_MAX);
        }
        if (info.arrayLength() > 0) {
            elementsLeft -= info.arrayLength();
            if (elementsLeft < 0) {
                return refuse("the object of the message claims an array of " + info.arrayLength()
                        + " elements, more than its bytes can hold");
            }
        }
        Class<?> type = info.serialClass();
        if (type == null || policy == null) {
            return Status.UNDECIDED;
        }
        // An array does nothing by itself; what is in it is checked one by one.
        if (type.isArray() || HARMLESS.contains(type.getName()) || policy.allows(type.getName())) {
            return Status.ALLOWED;
        }
        return refuse("the message holds an object of class " + type.getName()
                + ", which may not be deserialised here; if you trust who sends to this destination, add it to the URL: "
                + Deserialization.OPTION + "=" + type.getName());
    }

    private Status refuse(String why) {
        refused = why;
        return Status.REJECTED;
    }

    /** Loads classes as the application would. */
    private final class LoadingStream extends ObjectInputStream {
        LoadingStream(ByteArrayInputStream bytes) throws IOException {
            super(bytes);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            if (loader != null) {
                try {
                    return Class.forName(description.getName(), false, loader);
                } catch (ClassNotFoundException notThere) {
                    return super.resolveClass(description);
                }
            }
            return super.resolveClass(description);
        }

        @Override
        @SuppressWarnings("deprecation")
        protected Class<?> resolveProxyClass(String[] interfaces) throws IOException, ClassNotFoundException {
            if (loader == null) {
                return super.resolveProxyClass(interfaces);
            }
            Class<?>[] types = new Class<?>[interfaces.length];
            for (int index = 0; index < interfaces.length; index++) {
                types[index] = Class.forName(interfaces[index], false, loader);
            }
            try {
                return Proxy.getProxyClass(loader, types);
            } catch (IllegalArgumentException mixed) {
                throw new ClassNotFoundException("the interfaces of a proxy do not go together", mixed);
            }
        }
    }
}
