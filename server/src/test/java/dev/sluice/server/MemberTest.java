package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberTest {
    @TempDir
    java.nio.file.Path directory;

    @Test
    void readsMembersWithAndWithoutThePortForOthers() {
        assertThat(Member.parse("a=one:7676, b=10.0.0.2:7676:9000,c_3=[::1]:7677"))
                .containsExactly(
                        new Member("a", "one", 7676, 8676),
                        new Member("b", "10.0.0.2", 7676, 9000),
                        new Member("c_3", "[::1]", 7677, 8677));
    }

    @Test
    void anEvenNumberOfMembersIsAllowedFromFourOn() {
        assertThat(Member.parse("a=h:1,b=h:2,c=h:3,d=h:4")).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a=h:1|one member is no cluster
            a=h:1,b=h:2|two members are less safe than one
            a=h:1,b=h:2,a=h:3|two members have the name 'a'
            a=h:1,b=h:2,c=h:1|the address h:1 is used twice
            a=h:1,b=h:1001,c=h:3|the address h:1001 is used twice
            a=h:1,b=h:2,c|'c' is not a member
            a=h:1,b=h:2,c=h:0|port 0
            a=h:1,b=h:2,c=h:65000|port 66000
            a=h:1,b=h:2,|'' is not a member
            """)
    void saysWhatIsWrong(String text, String fragment) {
        assertThatThrownBy(() -> Member.parse(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(fragment);
    }

    private ServerConfig read(String... keysAndValues) {
        Map<String, String> options = new HashMap<>();
        for (int index = 0; index < keysAndValues.length; index += 2) {
            options.put(keysAndValues[index], keysAndValues[index + 1]);
        }
        return ConfigReader.read(options, Map.of(), null, directory);
    }

    @Test
    void aServerIsAloneUnlessItIsToldOtherwise() {
        assertThat(read().cluster().isSet()).isFalse();
        ServerConfig.Cluster cluster =
                read("node", "b", "cluster", "a=h:1,b=h:2,c=h:3").cluster();
        assertThat(cluster.own()).isEqualTo(new Member("b", "h", 2, 1002));
    }

    @Test
    void aServerMustBeOneOfTheMembers() {
        assertThatThrownBy(() -> read("node", "d", "cluster", "a=h:1,b=h:2,c=h:3"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--node: node: there is no member 'd'; the members are a, b, c");
        assertThatThrownBy(() -> read("cluster", "a=h:1,b=h:2,c=h:3"))
                .hasMessageContaining("which member this server is");
        assertThatThrownBy(() -> read("node", "a")).hasMessageContaining("Name all members");
        assertThatThrownBy(() -> read("node", "a", "cluster", "a=h:1,b=h:2,c=h:3", "grace", "1s"))
                .hasMessageContaining("1s is too short for a cluster; give 5s or more");
    }
}
