package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.link.Link;
import dev.sluice.link.LinkOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientUrlTest {
    @Test
    void readsServersAndTheirPorts() {
        assertThat(ClientUrl.parse("sluice://one,two:17,[::1]:9/").target())
                .isEqualTo(new ClientUrl.Servers(List.of(
                        new ClientUrl.Server("one", 7676),
                        new ClientUrl.Server("two", 17),
                        new ClientUrl.Server("::1", 9))));
    }

    @Test
    void readsEmbeddedServers() {
        assertThat(ClientUrl.parse("sluice:embedded:/var/my%20data").target())
                .isEqualTo(new ClientUrl.Embedded("/var/my data", 0));
        assertThat(ClientUrl.parse("sluice:mem:test?prefetch=1").target()).isEqualTo(new ClientUrl.Memory("test", 0));
    }

    @Test
    void readsTheShardsOfAServerInThisJvmAndOfNoOther() {
        assertThat(ClientUrl.parse("sluice:mem:test?shards=4").target()).isEqualTo(new ClientUrl.Memory("test", 4));
        assertThat(ClientUrl.parse("sluice:embedded:/data?prefetch=1&shards=64").target())
                .isEqualTo(new ClientUrl.Embedded("/data", 64));
        assertThatThrownBy(() -> ClientUrl.parse("sluice:mem:test?shards=0")).hasMessageContaining("1 to 64");
        assertThatThrownBy(() -> ClientUrl.parse("sluice:mem:test?shards=65")).hasMessageContaining("1 to 64");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h?shards=4")).hasMessageContaining("server in this JVM");
    }

    @Test
    void readsEveryOption() {
        ClientOptions options = ClientUrl.parse(
                        "sluice://h?client.id=c&user=u&password=p%26w&prefetch=7&ack.strict=true"
                                + "&deserialization.allow=a.B,c.*&reconnect.for=90s&connect.timeout=500ms&heartbeat=2m")
                .options();
        assertThat(options.identity()).isEqualTo(new ClientOptions.Identity("c", "u", "p&w"));
        assertThat(options.identity().toString()).doesNotContain("p&w");
        assertThat(options.prefetch()).isEqualTo(7);
        assertThat(options.strictAcknowledge()).isTrue();
        assertThat(options.deserializationAllow()).containsExactly("a.B", "c.*");
        assertThat(options.times())
                .isEqualTo(
                        new ClientOptions.Times(Duration.ofSeconds(90), Duration.ofMillis(500), Duration.ofMinutes(2)));
        assertThat(ClientUrl.parse("sluice://h?reconnect.for=forever")
                        .options()
                        .times()
                        .reconnectFor())
                .isEqualTo(LinkOptions.FOREVER);
    }

    @Test
    void readsWhatConsumersBringForRedelivery() {
        assertThat(ClientUrl.parse("sluice://h").options().redelivery().onLink())
                .isEqualTo(Link.Redelivery.SERVERS);
        assertThat(ClientUrl.parse("sluice://h?redelivery.limit=0&redelivery.delay=5s&redelivery.delay.multiplier=1.5"
                                + "&redelivery.delay.max=24h")
                        .options()
                        .withCredentials("u", "p")
                        .redelivery()
                        .onLink())
                .isEqualTo(new Link.Redelivery(0, 5_000, 500, 86_400_000));
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h?redelivery.limit=1000001"))
                .hasMessageContaining("redelivery.limit is 1000001; it must be 0 to 1000000");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h?redelivery.delay=25h"))
                .hasMessageContaining("redelivery.delay is 90000000ms; it must be 0ms to 86400000ms");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h?redelivery.delay.max=25h"))
                .hasMessageContaining("redelivery.delay.max is 90000000ms");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h?redelivery.delay.multiplier=0.5"))
                .hasMessageContaining("redelivery.delay.multiplier is 0.5; it must be 1 to 100");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h?redelivery.delay.multiplier=two"))
                .hasMessageContaining("'two'; it must be a number");
    }

    @Test
    void namesTheNearestOptionForAnUnknownOne() {
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h?prefech=7"))
                .hasMessageContaining("'prefech'")
                .hasMessageContaining("did you mean 'prefetch'");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h?clientID=7")).hasMessageContaining("'client.id'");
    }

    @Test
    void saysWhatIsWrongWithAUrl() {
        assertThatThrownBy(() -> ClientUrl.parse("sluices://h")).hasMessageContaining("TLS");
        assertThatThrownBy(() -> ClientUrl.parse("tcp://h")).hasMessageContaining("tcp://h");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://")).hasMessageContaining("empty host");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h:0")).hasMessageContaining("1 to 65535");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h:99999999999")).hasMessageContaining("1 to 65535");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h/tenant")).hasMessageContaining("namespace");
        assertThatThrownBy(() -> ClientUrl.parse("sluice:mem:")).hasMessageContaining("name");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h?prefetch=0")).hasMessageContaining("1 to 65535");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h?prefetch=many")).hasMessageContaining("whole number");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h?heartbeat=10")).hasMessageContaining("unit");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h?ack.strict=yes")).hasMessageContaining("true or false");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h?user")).hasMessageContaining("name=value");
        assertThatThrownBy(() -> ClientUrl.parse("sluice://h?user=a&user=b")).hasMessageContaining("twice");
    }
}
