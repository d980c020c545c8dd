package dev.sluice.server;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Makes a {@link ServerConfig} of command line, environment, {@code sluice.yaml} and defaults, in this order of precedence. Every
 * complaint names the place the value came from.
 */
public final class ConfigReader {
    /** The file that is read when none is named and it is there. */
    public static final String FILE_NAME = "sluice.yaml";

    private static final int FILE_CODE_POINTS_MAX = 1 << 20;

    private final Map<String, Value> values = new LinkedHashMap<>();

    private ConfigReader() {}

    private record Value(String text, String origin) {}

    /** What no one said anything about. */
    static ServerConfig defaults() {
        return new ConfigReader().build();
    }

    /**
     * Reads all sources.
     *
     * @param options keys and values from the command line
     * @param environment of the process; only names of settings are looked at
     * @param file the file that was named, which must exist; null looks for {@link #FILE_NAME} in {@code directory}
     * @throws ConfigException when a source has an unknown key or a wrong value
     */
    public static ServerConfig read(
            Map<String, String> options, Map<String, String> environment, @Nullable Path file, Path directory) {
        ConfigReader reader = new ConfigReader();
        Path found = directory.resolve(FILE_NAME);
        if (file != null) {
            reader.file(file);
        } else if (Files.exists(found)) {
            reader.file(found);
        }
        reader.environment(environment);
        options.forEach((key, text) -> reader.values.put(key, new Value(text, "--" + key)));
        return reader.build();
    }

    private void environment(Map<String, String> environment) {
        for (Settings.Entry entry : Settings.all()) {
            String text = environment.get(entry.environmentName());
            if (text != null) {
                values.put(entry.key(), new Value(text, entry.environmentName()));
            }
        }
    }

    private void file(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": there is no such file; `sluice server --print-config` writes one");
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e);
        }
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(FILE_CODE_POINTS_MAX);
        Node root;
        try {
            root = new Yaml(new SafeConstructor(limits)).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new ConfigException(file + ":" + line + ": this is not YAML: " + e.getProblem());
        }
        if (root == null) {
            return;
        }
        if (!(root instanceof MappingNode mapping)) {
            throw new ConfigException(file + ":" + line(root) + ": expected lines of the form `key: value`");
        }
        Map<String, Integer> seen = new TreeMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            tuple(file, tuple, seen);
        }
    }

    private void tuple(Path file, NodeTuple tuple, Map<String, Integer> seen) {
        String place = file + ":" + line(tuple.getKeyNode());
        String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
        if (Settings.find(key) == null) {
            throw new ConfigException(
                    place + ": unknown key '" + key + "'. Did you mean '" + Settings.nearest(key) + "'?");
        }
        Integer before = seen.put(key, line(tuple.getKeyNode()));
        if (before != null) {
            throw new ConfigException(place + ": " + key + " is set twice, first in line " + before);
        }
        if (!(tuple.getValueNode() instanceof ScalarNode scalar)) {
            throw new ConfigException(place + ": " + key + " takes one value, not a list or a map");
        }
        boolean empty = Tag.NULL.equals(scalar.getTag());
        values.put(key, new Value(empty ? "" : scalar.getValue(), place));
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private ServerConfig build() {
        try {
            return Settings.build(entry -> {
                Value value = values.get(entry.key());
                return entry.parse(value == null ? entry.setting().fallback() : value.text());
            });
        } catch (ConfigException e) {
            Value value = values.get(e.key());
            throw new ConfigException(
                    e.key(), (value == null ? "" : value.origin() + ": ") + e.key() + ": " + e.getMessage());
        }
    }
}
