package dev.sluice.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings that the parts of {@link ServerConfig} declare, in their order, and how their values are read and written. */
public final class Settings {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18})\\s*([A-Za-z]*)");
    private static final Map<String, Long> BYTE_UNITS =
            Map.of("", 1L, "B", 1L, "KIB", 1L << 10, "MIB", 1L << 20, "GIB", 1L << 30, "TIB", 1L << 40);
    private static final Map<String, Long> TIME_UNITS = Map.of("MS", 1L, "S", 1_000L, "M", 60_000L, "H", 3_600_000L);
    private static final List<Entry> ALL = Arrays.stream(ServerConfig.class.getRecordComponents())
            .flatMap(part -> Arrays.stream(part.getType().getRecordComponents())
                    .map(component -> new Entry(part.getName(), component, component.getAnnotation(Setting.class))))
            .toList();

    private Settings() {}

    /** Every setting there is, in the order of the default file. */
    public static List<Entry> all() {
        return ALL;
    }

    /** The setting of that key, or null. */
    static @Nullable Entry find(String key) {
        return ALL.stream().filter(entry -> entry.key().equals(key)).findFirst().orElse(null);
    }

    /** The known key that is most like a wrong one. */
    static String nearest(String wrong) {
        String best = "";
        int bestDistance = Integer.MAX_VALUE;
        for (Entry entry : ALL) {
            int distance = distance(wrong.toLowerCase(Locale.ROOT), entry.key());
            if (distance < bestDistance) {
                best = entry.key();
                bestDistance = distance;
            }
        }
        return best;
    }

    /** Letters to insert, delete or replace to make one word of the other (Levenshtein). */
    static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int column = 0; column <= other.length(); column++) {
            row[column] = column;
        }
        for (int line = 1; line <= one.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= other.length(); column++) {
                int replaced = diagonal + (one.charAt(line - 1) == other.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(replaced, Math.min(row[column], row[column - 1]) + 1);
            }
        }
        return row[other.length()];
    }

    /** Checks a value against the limits that its setting in {@code part} declares. */
    static void within(Class<? extends Record> part, String key, long value) {
        for (RecordComponent component : part.getRecordComponents()) {
            Setting setting = component.getAnnotation(Setting.class);
            if (setting.key().equals(key)) {
                Entry entry = new Entry("", component, setting);
                if (value < setting.min() || value > setting.max()) {
                    throw new ConfigException(
                            key, entry.formatNumber(value) + " is not allowed; it must be " + entry.allowed());
                }
                return;
            }
        }
        throw new IllegalStateException(part + " has no setting " + key);
    }

    /** Makes a configuration of the texts that {@code values} gives for each setting. */
    static ServerConfig build(Function<Entry, Object> values) {
        List<Object> parts = new ArrayList<>();
        for (RecordComponent part : ServerConfig.class.getRecordComponents()) {
            List<Object> members = new ArrayList<>();
            for (Entry entry : ALL) {
                if (entry.part().equals(part.getName())) {
                    members.add(values.apply(entry));
                }
            }
            parts.add(instance(part.getType(), members));
        }
        return (ServerConfig) instance(ServerConfig.class, parts);
    }

    private static Object instance(Class<?> type, List<Object> arguments) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(arguments.toArray());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof ConfigException refused) {
                throw refused;
            }
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A duration as it is written in the file: in the largest unit that loses nothing. */
    static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0 || millis % 1_000 != 0) {
            return millis + "ms";
        }
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        return millis % 60_000 == 0 ? millis / 60_000 + "m" : millis / 1_000 + "s";
    }

    private static String formatBytes(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        long left = bytes;
        while (left != 0 && left % 1024 == 0 && unit < units.length - 1) {
            left /= 1024;
            unit++;
        }
        return unit == 0 ? Long.toString(bytes) : left + units[unit];
    }

    private static long amount(String text, Map<String, Long> units, String example) {
        Matcher matcher = AMOUNT.matcher(text);
        Long unit = matcher.matches() ? units.get(matcher.group(2).toUpperCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("write it like " + example);
        }
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
    }

    /**
     * One setting.
     *
     * @param part the part of {@link ServerConfig} it belongs to
     * @param component the record component that holds its value
     */
    public record Entry(String part, RecordComponent component, Setting setting) {
        /** Its key in the file. */
        public String key() {
            return setting.key();
        }

        /** Its name in the environment. */
        public String environmentName() {
            return "SLUICE_" + key().replace('-', '_').toUpperCase(Locale.ROOT);
        }

        /** What a value may be, for people. */
        public String allowed() {
            if (component.getType() == boolean.class) {
                return "true or false";
            }
            if (component.getType() == String.class || component.getType() == Path.class) {
                return "a text";
            }
            return formatNumber(setting.min()) + " to " + formatNumber(setting.max());
        }

        /** The kind of value, for the help of the command line. */
        public String valueName() {
            Class<?> type = component.getType();
            if (type == boolean.class) {
                return "true|false";
            }
            if (type == Duration.class) {
                return "TIME";
            }
            if (type == Path.class) {
                return "DIRECTORY";
            }
            return setting.bytes() ? "BYTES" : type == String.class ? "TEXT" : "NUMBER";
        }

        /** Reads a value; a wrong one is a {@link ConfigException} that names value and what is allowed. */
        Object parse(String text) {
            try {
                return parsed(text.strip());
            } catch (InvalidPathException e) {
                throw new ConfigException(key(), "'" + text + "' is not a path: " + e.getReason());
            } catch (IllegalArgumentException | ArithmeticException e) {
                String hint = e instanceof NumberFormatException || e.getMessage() == null ? "" : "; " + e.getMessage();
                throw new ConfigException(key(), "'" + text + "' is not allowed; it must be " + allowed() + hint);
            }
        }

        private Object parsed(String text) {
            Class<?> type = component.getType();
            if (type == boolean.class) {
                if (!text.equals("true") && !text.equals("false")) {
                    throw new IllegalArgumentException();
                }
                return text.equals("true");
            }
            if (type == Duration.class) {
                return Duration.ofMillis(amount(text, TIME_UNITS, "500ms, 10s or 2m"));
            }
            if (type == long.class) {
                return setting.bytes() ? amount(text, BYTE_UNITS, "64MiB or 2GiB") : Long.parseLong(text);
            }
            if (type == double.class) {
                return Double.parseDouble(text);
            }
            if (type == int.class) {
                return Math.toIntExact(Long.parseLong(text));
            }
            if (type == Path.class && text.isEmpty()) {
                throw new IllegalArgumentException("it is empty");
            }
            return type == Path.class ? Path.of(text) : text;
        }

        /** A value as the file has it. */
        String format(Object value) {
            if (value instanceof Duration duration) {
                return Settings.format(duration);
            }
            return setting.bytes() ? formatBytes((Long) value) : value.toString();
        }

        /** The value that a configuration has for it. */
        Object valueIn(ServerConfig config) {
            try {
                Object holder = ServerConfig.class.getMethod(part).invoke(config);
                return component.getAccessor().invoke(holder);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        private String formatNumber(long value) {
            if (component.getType() == Duration.class) {
                return Settings.format(Duration.ofMillis(value));
            }
            return setting.bytes() ? formatBytes(value) : Long.toString(value);
        }
    }
}
