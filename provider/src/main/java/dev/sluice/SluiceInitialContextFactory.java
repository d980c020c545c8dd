package dev.sluice;

import java.util.Hashtable;
import java.util.Map;
import java.util.TreeMap;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * A JNDI context out of properties, from the environment or {@code jndi.properties}:
 *
 * <pre>
 * java.naming.factory.initial = dev.sluice.SluiceInitialContextFactory
 * connectionfactory.orders    = sluice://localhost:7676
 * queue.incoming              = orders.eu.new
 * topic.news                  = news.all
 * </pre>
 *
 * Each {@code NAME} can be looked up then; without any connection factory, {@code ConnectionFactory} is one for
 * {@code java.naming.provider.url}, or for the server of this machine. Contexts are read-only.
 */
@SuppressWarnings("JdkObsolete") // JNDI asks for a Hashtable.
public final class SluiceInitialContextFactory implements InitialContextFactory {
    private static final String CONNECTION_FACTORY = "connectionfactory.";
    private static final String QUEUE = "queue.";
    private static final String TOPIC = "topic.";

    /** For JNDI. */
    public SluiceInitialContextFactory() {}

    @Override
    public Context getInitialContext(@Nullable Hashtable<?, ?> environment) throws NamingException {
        Map<String, Object> bindings = new TreeMap<>();
        Hashtable<String, Object> copy = new Hashtable<>();
        boolean hasFactory = false;
        if (environment != null) {
            for (Map.Entry<?, ?> entry : environment.entrySet()) {
                if (entry.getKey() instanceof String key) {
                    copy.put(key, entry.getValue());
                    hasFactory |= key.startsWith(CONNECTION_FACTORY);
                    bind(bindings, key, String.valueOf(entry.getValue()).strip());
                }
            }
        }
        if (!hasFactory) {
            Object url = copy.get(Context.PROVIDER_URL);
            bindings.put(
                    "ConnectionFactory",
                    url == null ? new SluiceConnectionFactory() : new SluiceConnectionFactory(String.valueOf(url)));
        }
        return new ReadOnlyContext(bindings, copy);
    }

    private static void bind(Map<String, Object> bindings, String key, String value) throws NamingException {
        try {
            if (key.startsWith(CONNECTION_FACTORY)) {
                bindings.put(key.substring(CONNECTION_FACTORY.length()), new SluiceConnectionFactory(value));
            } else if (key.startsWith(QUEUE)) {
                bindings.put(key.substring(QUEUE.length()), new SluiceQueue(value));
            } else if (key.startsWith(TOPIC)) {
                bindings.put(key.substring(TOPIC.length()), new SluiceTopic(value));
            }
        } catch (IllegalArgumentException wrong) {
            NamingException error = new NamingException("the property " + key + " is wrong: " + wrong.getMessage());
            error.setRootCause(wrong);
            throw error;
        }
    }
}
