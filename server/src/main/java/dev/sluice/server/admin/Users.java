package dev.sluice.server.admin;

import dev.sluice.base.SharedRef;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks passwords against the users file, which it reads again when it has changed. Any thread may ask; a check takes a good part of a
 * second, but for a password that was found right before: then a keyed digest of this process is compared, so that a thousand clients
 * that come back after a restart of the network are not kept waiting.
 */
public final class Users {
    private static final Logger LOG = LoggerFactory.getLogger(Users.class);
    private static final String DIGEST = "HmacSHA256";

    private final UsersFile file;
    private final SecretKeySpec key;
    /** What an unknown name is checked against, so that the time does not tell which names exist. */
    private final PasswordHash nobody;

    private final SharedRef<Snapshot> current = new SharedRef<>();

    /** The users of {@code file}. */
    public Users(UsersFile file) {
        this(file, PasswordHash.ITERATIONS);
    }

    Users(UsersFile file, int iterations) {
        this.file = file;
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, DIGEST);
        this.nobody = PasswordHash.ofNobody(iterations);
        current.set(load());
    }

    private record Snapshot(List<Object> version, Map<String, PasswordHash> users, Map<String, byte[]> foundRight) {}

    /** Whether there is such a user with this password. */
    public boolean matches(String name, String password) {
        Snapshot snapshot = snapshot();
        byte[] digest = digest(name, password);
        byte[] right = snapshot.foundRight.get(name);
        if (right != null && MessageDigest.isEqual(right, digest)) {
            return true;
        }
        PasswordHash hash = snapshot.users.get(name);
        boolean matches = (hash == null ? nobody : hash).matches(password.toCharArray()) && hash != null;
        if (matches) {
            snapshot.foundRight.put(name, digest);
        }
        return matches;
    }

    /** The newest usable state of the file: one that cannot be read leaves the users as they were, and is said once. */
    private Snapshot snapshot() {
        Snapshot held = Objects.requireNonNull(current.value());
        List<Object> version = file.version();
        if (version.equals(held.version)) {
            return held;
        }
        Snapshot fresh;
        try {
            fresh = load();
            LOG.info("users={} read again, count={}", file.path(), fresh.users.size());
        } catch (IllegalArgumentException | UncheckedIOException e) {
            LOG.error(
                    "users={} changed and is not usable, the users stay as they were: {}", file.path(), e.getMessage());
            fresh = new Snapshot(version, held.users, held.foundRight);
        }
        current.set(fresh);
        return fresh;
    }

    private Snapshot load() {
        // The version first: a change in between is then seen at the next check.
        List<Object> version = file.version();
        return new Snapshot(version, file.read(), new ConcurrentHashMap<>());
    }

    private byte[] digest(String name, String password) {
        try {
            Mac mac = Mac.getInstance(DIGEST);
            mac.init(key);
            mac.update(name.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + DIGEST + ", which every Java must have", e);
        }
    }
}
