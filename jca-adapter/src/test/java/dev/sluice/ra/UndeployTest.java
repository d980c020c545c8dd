package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of an adapter that was deployed, used and undeployed, in a class loader of its own as containers have it. */
@Timeout(60)
class UndeployTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Sees the adapter and what is in its archive anew, and the rest as it is. */
    private static final class Archive extends URLClassLoader {
        Archive() throws Exception {
            super(urls(), UndeployTest.class.getClassLoader());
        }

        private static URL[] urls() throws Exception {
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
            return urls.toArray(new URL[0]);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            boolean own = name.startsWith("dev.sluice.")
                    || name.startsWith("io.netty.")
                    || name.startsWith("org.agrona.")
                    || name.startsWith("org.jctools.");
            if (!own) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }

        <T> T bean(Class<T> type, String name, String... properties) throws Exception {
            Object bean = loadClass("dev.sluice.ra." + name).getConstructor().newInstance();
            for (int index = 0; index < properties.length; index += 2) {
                bean.getClass().getMethod(properties[index], String.class).invoke(bean, properties[index + 1]);
            }
            return type.cast(bean);
        }
    }

    private record Afterwards(int number) {}

    @Test
    void noThreadOfItIsLeftAndNoClassHoweverLongTheContainersThreadsLive(@TempDir Path data) throws Exception {
        ExecutorService application = Executors.newSingleThreadExecutor();
        try (Broker broker = new Broker(data);
                Container container = new Container("sluice://localhost:1")) {
            broker.start();
            // A thread inherits what was on the stack when it was made: those of the transaction manager are there
            // before.
            container.transactions.begin();
            container.transactions.rollback();
            WeakReference<ClassLoader> classes = application
                    .submit(() -> new WeakReference<>(deployAndUndeploy(broker, container)))
                    .get(40, TimeUnit.SECONDS);
            // Java itself (ObjectMethods) keeps the record whose equals was last asked for the first time.
            assertThat(new Afterwards(1)).isEqualTo(new Afterwards(1));
            Awaitility.await("no class is left")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        System.gc();
                        return classes.refersTo(null);
                    });
        } finally {
            application.shutdown();
        }
    }

    private static List<String> threadsOf(WeakReference<ClassLoader> classes) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> isOf(thread.getContextClassLoader(), classes)
                        || isOf(thread.getClass().getClassLoader(), classes))
                .map(Thread::getName)
                .toList();
    }

    private static boolean isOf(ClassLoader one, WeakReference<ClassLoader> classes) {
        return one != null && classes.refersTo(one);
    }

    private static ClassLoader deployAndUndeploy(Broker broker, Container container) throws Exception {
        Archive archive = new Archive();
        ResourceAdapter adapter = archive.bean(ResourceAdapter.class, "SluiceResourceAdapter", "setUrl", broker.url());
        adapter.start(container);
        ActivationSpec spec = archive.bean(
                ActivationSpec.class, "SluiceActivationSpec", "setDestination", "in", "setDestinationType", "Queue");
        spec.setResourceAdapter(adapter);
        List<Object> seen = new CopyOnWriteArrayList<>();
        Endpoints endpoints = Endpoints.transacted(container, message -> seen.add(""));
        adapter.endpointActivation(endpoints, spec);
        Broker.put(broker.url(), "in", "a", "b", "c");
        Awaitility.await("the messages").atMost(PATIENCE).until(() -> seen.size() == 3);
        assertThat(adapter.getXAResources(new ActivationSpec[] {spec})).hasSize(1);
        ManagedConnectionFactory factory =
                archive.bean(ManagedConnectionFactory.class, "SluiceManagedConnectionFactory", "setUrl", broker.url());
        ManagedConnection connection = factory.createManagedConnection(null, null);
        assertThat(connection.getConnection(null, null)).isNotNull();
        connection.destroy();
        try (JMSContext context = ((ConnectionFactory) factory.createConnectionFactory()).createContext()) {
            context.createProducer().send(context.createQueue("in"), "d");
        }
        Awaitility.await("what was sent here").atMost(PATIENCE).until(() -> seen.size() == 4);
        adapter.endpointDeactivation(endpoints, spec);
        adapter.stop();
        // At once: the container closes the archive now, and a thread that needed one more class of it would not find
        // it.
        assertThat(threadsOf(new WeakReference<>(archive))).isEmpty();
        return archive;
    }
}
