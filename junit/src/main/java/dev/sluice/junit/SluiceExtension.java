package dev.sluice.junit;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.junit.SluiceServer.Per;
import jakarta.jms.JMSContext;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Starts the server of {@link SluiceServer} for whoever has a parameter for it. What it starts is in JUnit's store, which closes it. Stateless. */
public final class SluiceExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(SluiceExtension.class);

    /** For JUnit. */
    public SluiceExtension() {}

    /** An annotation, and the context of the class or test that it stands on. */
    private record Place(SluiceServer annotation, ExtensionContext context) {}

    /** What is in the store under it is of this context: JUnit would look in the contexts around it, too. */
    private record Key(String context) {}

    /** In the store, so that it is closed before what was there before it. In this form Jupiter 5.12 closes it, too. */
    @SuppressWarnings("deprecation")
    private record Closing<T>(T value, Runnable end) implements Store.CloseableResource {
        @Override
        public void close() {
            end.run();
        }
    }

    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        // What a constructor asks for belongs to the test that the instance is made for.
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == TestServer.class || type == JMSContext.class || isFactory(type);
    }

    private static boolean isFactory(Class<?> type) {
        return type.isAssignableFrom(SluiceConnectionFactory.class)
                && (type == SluiceConnectionFactory.class || type.getName().startsWith("jakarta.jms."));
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        TestServer server = server(context);
        Class<?> type = parameter.getParameter().getType();
        if (type == TestServer.class) {
            return server;
        }
        return type == JMSContext.class ? session(server, context) : server.factory();
    }

    private static JMSContext session(TestServer server, ExtensionContext context) {
        JMSContext opened = server.factory().createContext();
        context.getStore(NAMESPACE).put(new Object(), new Closing<>(opened, opened::close));
        return opened;
    }

    private static TestServer server(ExtensionContext context) {
        Place place = place(context);
        Closing<?> running = place.context()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        new Key(place.context().getUniqueId()), unused -> started(place.annotation()), Closing.class);
        return (TestServer) running.value();
    }

    private static Closing<TestServer> started(SluiceServer annotation) {
        TestServer server = TestServer.start(annotation);
        return new Closing<>(server, server::stop);
    }

    /** The nearest annotation, and the context whose end is the end of its server. */
    private static Place place(ExtensionContext context) {
        for (Optional<ExtensionContext> at = Optional.of(context);
                at.isPresent();
                at = at.flatMap(ExtensionContext::getParent)) {
            Optional<SluiceServer> found =
                    at.flatMap(ExtensionContext::getElement).flatMap(SluiceExtension::annotation);
            if (found.isPresent()) {
                boolean shared = found.get().per() == Per.CLASS
                        && !(at.get().getElement().get() instanceof Method);
                return new Place(found.get(), shared ? at.get() : test(context));
            }
        }
        throw new ParameterResolutionException("there is no @SluiceServer on " + context.getDisplayName()
                + " nor on a class around it: write it on the class or the method");
    }

    private static Optional<SluiceServer> annotation(AnnotatedElement element) {
        return AnnotationSupport.findAnnotation(element, SluiceServer.class);
    }

    private static ExtensionContext test(ExtensionContext context) {
        if (context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException(
                    "@SluiceServer(per = METHOD) has no server for " + context.getDisplayName()
                            + " as a whole: let a test, or a method before each test, have the parameter,"
                            + " or leave per out for one server of the class");
        }
        return context;
    }
}
