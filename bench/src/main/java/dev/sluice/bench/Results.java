package dev.sluice.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The file of results, a line of JSON for each run, and what this campaign has added to it. */
final class Results {
    private final Path file;
    private final List<ObjectNode> added = new ArrayList<>();

    /** Checks that it can be written before anything is measured. */
    Results(Path file) throws IOException {
        this.file = file;
        append("");
    }

    void add(ObjectNode line) throws IOException {
        added.add(line);
        append(line + "\n");
    }

    List<ObjectNode> added() {
        return List.copyOf(added);
    }

    boolean hasFailures() {
        return added.stream().anyMatch(line -> line.has("error"));
    }

    private void append(String text) throws IOException {
        Path unused = Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
