package dev.sluice.spring;

import dev.sluice.Sluice;
import dev.sluice.SluiceConnectionFactory;
import dev.sluice.SluiceException;
import dev.sluice.SluiceListener;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/** Makes connection factories of what the application says; each tells all listeners that are beans. Immutable. */
final class SluiceFactories {
    private static final String OF_NETTY_4_2 = "io.netty.channel.MultiThreadIoEventLoopGroup";

    private final String url;
    private final List<SluiceListener> listeners;

    SluiceFactories(SluiceConnectionDetails details, List<SluiceListener> listeners, ClassLoader classes) {
        checkNetty(classes);
        this.url =
                withOption(withOption(details.getUrl(), "user", details.getUser()), "password", details.getPassword());
        this.listeners = List.copyOf(listeners);
    }

    private static void checkNetty(ClassLoader classes) {
        if (!ClassUtils.isPresent(OF_NETTY_4_2, classes)) {
            throw new IllegalStateException("Sluice needs Netty 4.2, and an older one is on the class path."
                    + " Spring Boot 3.5 chooses 4.1: set the property netty.version of the build to 4.2.15.Final");
        }
    }

    private static String withOption(String url, String name, @Nullable String value) {
        if (value == null) {
            return url;
        }
        String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
        return url + (url.indexOf('?') < 0 ? "?" : "&") + name + "=" + encoded;
    }

    /** For the application. */
    SluiceConnectionFactory create() {
        SluiceConnectionFactory factory = new SluiceConnectionFactory(url);
        factory.setListener(new ToAll(listeners));
        return factory;
    }

    /** For who only asks whether a server is there: without the application's client identifier, and without waiting for one. */
    SluiceConnectionFactory forProbes() {
        int question = url.indexOf('?');
        Stream<String> options = question < 0
                ? Stream.of()
                : Stream.of(url.substring(question + 1).split("&", -1));
        String kept = options.filter(option -> !option.startsWith("client.id=") && !option.startsWith("reconnect.for="))
                .map(option -> "&" + option)
                .collect(Collectors.joining());
        return new SluiceConnectionFactory(
                (question < 0 ? url : url.substring(0, question)) + "?reconnect.for=0s" + kept);
    }

    /** Passes on what happens. */
    private record ToAll(List<SluiceListener> listeners) implements SluiceListener {
        private void tell(Consumer<SluiceListener> event) {
            listeners.forEach(event);
        }

        @Override
        public void interrupted(Sluice connection, SluiceException reason) {
            tell(listener -> listener.interrupted(connection, reason));
        }

        @Override
        public void resumed(Sluice connection, String server) {
            tell(listener -> listener.resumed(connection, server));
        }

        @Override
        public void failed(Sluice connection, SluiceException reason) {
            tell(listener -> listener.failed(connection, reason));
        }
    }
}
