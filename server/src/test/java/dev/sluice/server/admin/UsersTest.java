package dev.sluice.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersTest {
    private static final int FEW_ITERATIONS = 10;

    @TempDir
    Path directory;

    private Path path = Path.of("");
    private UsersFile file = new UsersFile(path);

    @BeforeEach
    void place() {
        path = directory.resolve("data").resolve("users");
        file = new UsersFile(path, FEW_ITERATIONS);
    }

    private Users users() {
        return new Users(file, FEW_ITERATIONS);
    }

    @Test
    void knowsNobodyWithoutAFile() {
        assertThat(file.names()).isEmpty();
        assertThat(users().matches("guest", "guest")).isFalse();
    }

    @Test
    void tellsRightFromWrong() {
        file.add("guest", "guest".toCharArray());
        file.add("ann", "päss:wörd #1".toCharArray());
        Users users = users();
        for (int round = 0; round < 2; round++) {
            assertThat(users.matches("guest", "guest")).isTrue();
            assertThat(users.matches("ann", "päss:wörd #1")).isTrue();
            assertThat(users.matches("guest", "Guest")).isFalse();
            assertThat(users.matches("guest", "")).isFalse();
            assertThat(users.matches("invalid", "invalid")).isFalse();
            assertThat(users.matches("ann", "guest")).isFalse();
        }
        assertThat(file.names()).containsExactly("ann", "guest");
    }

    @Test
    void seesWhatChangesWhileItRuns() {
        Users users = users();
        file.add("ann", "one".toCharArray());
        assertThat(users.matches("ann", "one")).isTrue();
        file.changePassword("ann", "two".toCharArray());
        assertThat(users.matches("ann", "one")).isFalse();
        assertThat(users.matches("ann", "two")).isTrue();
        file.remove("ann");
        assertThat(users.matches("ann", "two")).isFalse();
    }

    @Test
    void keepsTheUsersItHasWhenTheFileBreaks() throws IOException {
        file.add("ann", "one".toCharArray());
        Users users = users();
        Files.writeString(path, "ann:rubbish\n");
        assertThat(users.matches("ann", "one")).isTrue();
        assertThat(users.matches("ann", "two")).isFalse();
    }

    @Test
    void namesTheLineThatIsNotUsable() throws IOException {
        file.add("ann", "one".toCharArray());
        Files.writeString(path, Files.readString(path) + "bob\n");
        assertThatThrownBy(this::users)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 3")
                .hasMessageContaining(path.toString());
        for (String hash : List.of(
                "x", "pbkdf2-sha256$0$AA==$AA==", "pbkdf2-sha256$x$AA==$AA==", "pbkdf2-sha256$10$!$!", "md5$1$AA$AA")) {
            Files.writeString(path, "ann:" + hash + "\n");
            assertThatThrownBy(this::users).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void storesNoPasswordAndShowsTheFileToItsOwnerOnly() throws IOException {
        file.add("ann", "correct horse".toCharArray());
        assertThat(Files.readString(path)).doesNotContain("correct horse").contains("ann:pbkdf2-sha256$10$");
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (var left = Files.list(path.resolveSibling("."))) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void saltsEachPassword() throws IOException {
        file.add("ann", "same".toCharArray());
        file.add("bob", "same".toCharArray());
        List<String> hashes = Files.readAllLines(path).stream()
                .filter(line -> line.contains("$"))
                .map(line -> line.substring(line.indexOf(':')))
                .toList();
        assertThat(hashes).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void refusesNamesAndChangesThatCannotBe() {
        file.add("ann", "one".toCharArray());
        assertThatThrownBy(() -> file.add("ann", "two".toCharArray()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("passwd ann");
        assertThatThrownBy(() -> file.remove("bob"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it has ann");
        assertThatThrownBy(() -> file.changePassword("bob", "two".toCharArray()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.add("bob", new char[0])).hasMessageContaining("empty");
        for (String name : List.of("", "a b", "a:b", "#a", "a\nb", "x".repeat(256))) {
            assertThatThrownBy(() -> file.add(name, "one".toCharArray())).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(file.names()).containsExactly("ann");
    }

    @Test
    void hashesWithAsManyIterationsAsIsAskedOfThem() {
        assertThat(PasswordHash.of("x".toCharArray(), PasswordHash.ITERATIONS).toString())
                .startsWith("pbkdf2-sha256$600000$");
    }
}
