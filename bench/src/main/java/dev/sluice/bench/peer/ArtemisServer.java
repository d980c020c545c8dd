package dev.sluice.bench.peer;

import java.nio.file.Path;

/**
 * Runs an Artemis server with a configuration file, which is what the product's own command line does; that one is not on Maven Central. By reflection:
 * the bench is compiled without any peer.
 */
public final class ArtemisServer {
    private static final String SERVER = "org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ";

    private ArtemisServer() {}

    /** {@code arguments[0]} is the URL of the configuration file. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        Class<?> type = Class.forName(SERVER);
        Object server = type.getConstructor().newInstance();
        Object unused = type.getMethod("setConfigResourcePath", String.class).invoke(server, arguments[0]);
        unused = type.getMethod("start").invoke(server);
    }

    /** Where this class is. */
    static String classPath() {
        try {
            return Path.of(ArtemisServer.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException("the bench's own classes have no place", e);
        }
    }
}
