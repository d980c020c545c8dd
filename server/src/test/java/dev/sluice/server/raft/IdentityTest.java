package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.log.LogException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who a member is stays in its directory. */
class IdentityTest {
    private static final MemberAddress ADDRESS = new MemberAddress("a", "h:8676", "h:7676");

    @TempDir
    private Path directory;

    private Identity open(String place, MemberAddress address) {
        return Identity.open(directory.resolve(place), "a", address, 2);
    }

    @Test
    void isTheSameAtTheNextStartAndAnotherInAnotherDirectory() {
        Identity first = open("one", ADDRESS);
        assertThat(first.id()).startsWith("a.");
        assertThat(open("one", ADDRESS).id()).isEqualTo(first.id());
        assertThat(open("two", ADDRESS).id()).isNotEqualTo(first.id());
    }

    @Test
    void keepsItsCluster() {
        Identity first = open("one", ADDRESS);
        Identity founder = first.of(77, List.of(first.facts().self()));
        assertThat(founder.isFounder()).isTrue();
        Identity again = open("one", ADDRESS);
        assertThat(again.facts().clusterId()).isEqualTo(77);
        assertThat(again.isFounder()).isTrue();
    }

    @Test
    void refusesAnotherAddress() {
        Identity unused = open("one", ADDRESS);
        assertThatThrownBy(() -> open("one", new MemberAddress("a", "other:8676", "other:7676")))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("h:7676")
                .hasMessageContaining("other:7676");
    }

    @Test
    void refusesTheDirectoryOfAnotherMember() {
        Identity unused = open("one", ADDRESS);
        assertThatThrownBy(() -> Identity.open(directory.resolve("one"), "b", ADDRESS, 2))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("'a'")
                .hasMessageContaining("'b'");
    }
}
