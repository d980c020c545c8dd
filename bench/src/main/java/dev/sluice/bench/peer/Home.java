package dev.sluice.bench.peer;

import java.io.File;
import java.nio.file.Path;
import java.util.List;

/**
 * What the launcher knows about this checkout.
 *
 * @param root of the project
 * @param classPath of the bench, Sluice's client included
 * @param serverCommand starts a Sluice server; its options follow
 */
public record Home(Path root, List<String> classPath, List<String> serverCommand) {
    private static final String ROOT = "sluice.home";
    private static final String SERVER_COMMAND = "sluice.server.command";

    public Home {
        classPath = List.copyOf(classPath);
        serverCommand = List.copyOf(serverCommand);
    }

    /** What the launcher has said with system properties. */
    public static Home ofLauncher() {
        String root = System.getProperty(ROOT);
        String command = System.getProperty(SERVER_COMMAND);
        if (root == null || command == null) {
            throw new IllegalStateException("start the bench with ./sluice bench, which says where everything is");
        }
        return new Home(Path.of(root), ownClassPath(), List.of(command.split("\n")));
    }

    /** The class path of this process. */
    public static List<String> ownClassPath() {
        return List.of(System.getProperty("java.class.path").split(File.pathSeparator));
    }

    /** The Java that runs this process runs the others too. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Where the configuration of a peer is. */
    Path templates(String folder) {
        return root.resolve("bench/peers").resolve(folder);
    }

    /** Where the jars of a peer are copied to. */
    Path jars(String folder) {
        return root.resolve("bench/target/peers").resolve(folder);
    }
}
