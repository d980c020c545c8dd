package dev.sluice.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where one server lives.
 *
 * @param directory its own: configuration, data, output
 * @param port for clients
 * @param secondPort for what else it opens
 * @param thirdPort for what else it opens
 */
record Place(Home home, Path directory, int port, int secondPort, int thirdPort) {
    /** What has to survive a restart. */
    Path data() {
        return directory.resolve("data");
    }

    /** What the server prints. */
    Path output() {
        return directory.resolve("server.out");
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** Writes {@code bench/peers/FOLDER/NAME} to here with each {@code @KEY@} replaced, the port and the data directory besides. */
    void write(String folder, String name, Map<String, String> values) throws IOException {
        String text = Files.readString(home.templates(folder).resolve(name))
                .replace("@PORT@", Integer.toString(port))
                .replace("@DATA@", data().toString());
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("@" + value.getKey() + "@", value.getValue());
        }
        Path unused = Files.writeString(file(name), text);
    }
}
