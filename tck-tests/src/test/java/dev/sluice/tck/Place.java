package dev.sluice.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The directory of one test: the data of its server, which is empty but for the users, and the objects that an administrator makes
 * for the TCK, as JNDI has them.
 */
final class Place implements AutoCloseable {
    static final String USER = "guest";
    static final String PASSWORD = "guest";

    private static final List<String> QUEUES =
            List.of("MY_QUEUE", "MY_QUEUE2", "testQ0", "testQ1", "testQ2", "testQueue2", "Q2");
    private static final List<String> TOPICS = List.of("MY_TOPIC", "MY_TOPIC2", "testT0", "testT1", "testT2");

    /**
     * A connection that a test forgot ends with its server, and does not look for the next one. The TCK sends objects of one class that
     * Sluice makes from bytes only when it is told that it may.
     */
    private static final String OPTIONS = "?reconnect.for=0s&deserialization.allow=java.lang.StringBuffer";

    /** The server of each test hashes the password anew: as cheaply as can be. */
    private static final int HASH_ITERATIONS = 1;

    private static final String USERS = USER + ":" + hash();

    private final Path directory;

    private Place(Path directory) {
        this.directory = directory;
    }

    /** An empty place at {@code directory}. */
    static Place prepare(Path directory) {
        Place place = new Place(directory);
        place.close();
        try {
            Files.createDirectories(place.data());
            Files.writeString(place.data().resolve("users"), USERS + "\n", UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return place;
    }

    Path directory() {
        return directory;
    }

    /** Of the server. */
    Path data() {
        return directory.resolve("data");
    }

    String embeddedUrl() {
        String path = URLEncoder.encode(data().toAbsolutePath().toString(), UTF_8);
        return "sluice:embedded:" + path.replace("+", "%20").replace("%2F", "/");
    }

    /** Makes the administered objects for the server at {@code url}. */
    void administer(String url) {
        Properties properties = new Properties();
        properties.setProperty("java.naming.factory.initial", "dev.sluice.SluiceInitialContextFactory");
        for (String name : List.of("MyConnectionFactory", "MyQueueConnectionFactory", "MyTopicConnectionFactory")) {
            properties.setProperty("connectionfactory." + name, url + OPTIONS);
        }
        properties.setProperty("connectionfactory.DURABLE_SUB_CONNECTION_FACTORY", url + OPTIONS + "&client.id=cts");
        QUEUES.forEach(name -> properties.setProperty("queue." + name, name));
        TOPICS.forEach(name -> properties.setProperty("topic." + name, name));
        try (OutputStream file = Files.newOutputStream(directory.resolve("jndi.properties"))) {
            properties.store(file, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash() {
        byte[] salt = new byte[16];
        try {
            byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(PASSWORD.toCharArray(), salt, HASH_ITERATIONS, 256))
                    .getEncoded();
            Base64.Encoder encoder = Base64.getEncoder();
            return "pbkdf2-sha256$" + HASH_ITERATIONS + "$" + encoder.encodeToString(salt) + "$"
                    + encoder.encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Removes it. */
    @Override
    public void close() {
        if (Files.notExists(directory)) {
            return;
        }
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
