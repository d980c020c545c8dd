package dev.sluice.server.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * The file of users and their hashed passwords: one line each, {@code name:hash}, {@code #} begins a comment. Read as a whole and
 * replaced as a whole, durably, so that a reader sees the old one or the new one.
 */
public final class UsersFile {
    private static final int NAME_BYTES_MAX = 255;
    private static final String HEADER =
            "# Users of this Sluice server. Written by `sluice users`; a running server sees changes.\n";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final int iterations;

    /** The file at {@code path}, which need not exist. */
    public UsersFile(Path path) {
        this(path, PasswordHash.ITERATIONS);
    }

    UsersFile(Path path, int iterations) {
        this.path = path;
        this.iterations = iterations;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** The names in it, sorted. */
    public List<String> names() {
        return List.copyOf(read().keySet());
    }

    /** Adds a user. */
    public void add(String name, char[] password) {
        checkName(name);
        checkPassword(password);
        Map<String, PasswordHash> users = read();
        if (users.containsKey(name)) {
            throw new IllegalArgumentException("there is a user '" + name + "' already; `sluice users passwd " + name
                    + "` gives it another password");
        }
        users.put(name, PasswordHash.of(password, iterations));
        write(users);
    }

    /** Removes a user. Open connections of it stay. */
    public void remove(String name) {
        Map<String, PasswordHash> users = read();
        if (users.remove(name) == null) {
            throw unknown(name);
        }
        write(users);
    }

    /** Gives a user another password. */
    public void changePassword(String name, char[] password) {
        checkPassword(password);
        Map<String, PasswordHash> users = read();
        if (users.replace(name, PasswordHash.of(password, iterations)) == null) {
            throw unknown(name);
        }
        write(users);
    }

    /** All users; none when there is no file. */
    Map<String, PasswordHash> read() {
        List<String> lines;
        try {
            lines = Files.readAllLines(path, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return new TreeMap<>();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the users file " + path + ": " + e.getMessage(), e);
        }
        Map<String, PasswordHash> users = new TreeMap<>();
        for (int index = 0; index < lines.size(); index++) {
            String line = lines.get(index).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                line(users, line, index + 1);
            }
        }
        return users;
    }

    private void line(Map<String, PasswordHash> users, String line, int number) {
        int colon = line.indexOf(':');
        try {
            if (colon < 1) {
                throw new IllegalArgumentException("expected name:hash");
            }
            users.put(line.substring(0, colon), PasswordHash.parse(line.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "line " + number + " of the users file " + path + " is not usable: " + e.getMessage(), e);
        }
    }

    private void write(Map<String, PasswordHash> users) {
        StringBuilder text = new StringBuilder(HEADER);
        users.forEach((name, hash) -> text.append(name).append(':').append(hash).append('\n'));
        Path directory = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file has a directory");
        try {
            Files.createDirectories(directory);
            Path fresh = Files.createTempFile(directory, ".users", ".new", attributes(directory));
            try {
                writeDurably(fresh, text.toString());
                Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(fresh);
            }
            try (FileChannel parent = FileChannel.open(directory)) {
                parent.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the users file " + path + ": " + e.getMessage(), e);
        }
    }

    private static void writeDurably(Path file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                int written = channel.write(bytes);
                if (written < 0) {
                    throw new IOException("the file takes no bytes");
                }
            }
            channel.force(true);
        }
    }

    private static FileAttribute<?>[] attributes(Path directory) {
        boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private static void checkName(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > NAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a user's name has 1 to " + NAME_BYTES_MAX + " bytes, this one has " + bytes);
        }
        boolean allowed = name.codePoints()
                .allMatch(point -> point != ':' && !Character.isWhitespace(point) && !Character.isISOControl(point));
        if (!allowed || name.startsWith("#")) {
            throw new IllegalArgumentException(
                    "a user's name has no colon and no spaces and does not begin with #: '" + name + "'");
        }
    }

    private static void checkPassword(char[] password) {
        if (password.length == 0) {
            throw new IllegalArgumentException("the password is empty");
        }
    }

    private IllegalArgumentException unknown(String name) {
        List<String> names = names();
        return new IllegalArgumentException("there is no user '" + name + "' in " + path + "; "
                + (names.isEmpty() ? "it has none" : "it has " + String.join(", ", names)));
    }

    /** Differs when the file was replaced or written; empty when there is none. */
    List<Object> version() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            Object key = attributes.fileKey();
            return List.of(attributes.lastModifiedTime(), attributes.size(), key == null ? "" : key);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the users file " + path + ": " + e.getMessage(), e);
        }
    }
}
