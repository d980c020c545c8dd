package dev.sluice.ra;

import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSConnectionFactoryDefinition;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSDestinationDefinition;
import jakarta.jms.MessageListener;
import jakarta.resource.ResourceException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.spi.InitialContextFactory;
import org.jspecify.annotations.Nullable;

/** An application in the container: what a server makes of its annotations. One at a time, since its names are those of the JVM. */
final class Deployment implements AutoCloseable {
    private static final Map<String, Object> NAMES = new HashMap<>();

    private final Container container;
    private final String url;
    private final SluiceActivationSpec spec = new SluiceActivationSpec();
    private @Nullable Pool pool;
    private @Nullable Endpoints active;
    private @Nullable JMSContext ofTheRequest;

    /** {@code url}: of the broker, whatever the application says; in a server its {@code web.xml} may say so. */
    Deployment(Container container, String url) {
        this.container = container;
        this.url = url;
        System.setProperty(Context.INITIAL_CONTEXT_FACTORY, Naming.class.getName());
    }

    /** The names of the application. Made by the JVM. */
    public static final class Naming implements InitialContextFactory {
        @Override
        public Context getInitialContext(Hashtable<?, ?> environment) {
            return (Context) Proxy.newProxyInstance(
                    Naming.class.getClassLoader(), new Class<?>[] {Context.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("lookup")) {
                            return lookUp((String) arguments[0]);
                        }
                        return null;
                    });
        }
    }

    private static Object lookUp(String name) throws NameNotFoundException {
        Object found = NAMES.get(name);
        if (found == null) {
            throw new NameNotFoundException(name);
        }
        return found;
    }

    /** Makes the factory and the destination that a class of the application defines. */
    void define(Class<?> by) throws Exception {
        var factory = by.getAnnotation(JMSConnectionFactoryDefinition.class);
        SluiceManagedConnectionFactory managed = new SluiceManagedConnectionFactory();
        configure(managed, factory.properties());
        managed.setUrl(url);
        pool = new Pool(container, managed);
        NAMES.put(factory.name(), pool.lookUp());
        var destination = by.getAnnotation(JMSDestinationDefinition.class);
        Object object =
                Class.forName(destination.className()).getDeclaredConstructor().newInstance();
        configure(object, destination.properties());
        NAMES.put(destination.name(), object);
    }

    private static void configure(Object bean, String... properties) throws Exception {
        for (String each : properties) {
            int middle = each.indexOf('=');
            set(bean, each.substring(0, middle), each.substring(middle + 1));
        }
    }

    private static void set(Object bean, String property, String value) throws Exception {
        PropertyDescriptor descriptor = Arrays.stream(
                        Introspector.getBeanInfo(bean.getClass()).getPropertyDescriptors())
                .filter(each -> each.getName().equals(property))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(bean + " has no property " + property));
        descriptor.getWriteMethod().invoke(bean, value);
    }

    /** Makes an object of the application, with what it wants to be given. */
    <T> T make(Class<T> type) throws Exception {
        T made = type.getDeclaredConstructor().newInstance();
        for (Field field : type.getDeclaredFields()) {
            field.setAccessible(true);
            if (field.isAnnotationPresent(Inject.class)) {
                String name = field.getAnnotation(JMSConnectionFactory.class).value();
                field.set(made, injected((FactoryHandle) lookUp(name)));
            } else if (field.isAnnotationPresent(Resource.class)) {
                field.set(made, lookUp(field.getAnnotation(Resource.class).lookup()));
            }
        }
        return made;
    }

    /** A context that is another one in each transaction, and outside of them in each request. */
    private JMSContext injected(FactoryHandle factory) {
        return (JMSContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {JMSContext.class}, (proxy, method, arguments) -> {
                    JMSContext now = container.transactions.getTransaction() == null
                            ? ofTheRequest(factory)
                            : ofTheTransaction(factory);
                    return call(now, method, arguments);
                });
    }

    private JMSContext ofTheRequest(FactoryHandle factory) {
        ofTheRequest = Objects.requireNonNullElseGet(ofTheRequest, factory::createContext);
        return ofTheRequest;
    }

    private JMSContext ofTheTransaction(FactoryHandle factory) {
        var registry = Narayana.registry();
        JMSContext known = (JMSContext) registry.getResource(factory);
        if (known == null) {
            known = factory.createContext();
            registry.putResource(factory, known);
        }
        return known;
    }

    private static @Nullable Object call(JMSContext context, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(context, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    /** What the application does for one request of a user. */
    <T> T request(Callable<T> work) throws Exception {
        try {
            return work.call();
        } finally {
            if (ofTheRequest != null) {
                ofTheRequest.close();
                ofTheRequest = null;
            }
        }
    }

    /** Has a message-driven bean receive. */
    void activate(Class<? extends MessageListener> bean) throws Exception {
        spec.setResourceAdapter(container.adapter);
        for (ActivationConfigProperty each :
                bean.getAnnotation(MessageDriven.class).activationConfig()) {
            set(spec, each.propertyName(), each.propertyValue());
        }
        spec.validate();
        active = Endpoints.transacted(container, make(bean));
        container.adapter.endpointActivation(active, spec);
    }

    @Override
    public void close() throws ResourceException {
        if (active != null) {
            container.adapter.endpointDeactivation(active, spec);
        }
        if (pool != null) {
            pool.close();
        }
        NAMES.clear();
        System.clearProperty(Context.INITIAL_CONTEXT_FACTORY);
    }
}
