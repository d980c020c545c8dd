package dev.sluice.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @ParameterizedTest
    @ValueSource(strings = {"broker-1.example:7676", "192.0.2.7:1", "[2001:db8::7]:65535"})
    void whatIsReadIsWrittenTheSame(String text) {
        assertThat(HostPort.format(HostPort.parse(text))).isEqualTo(text);
    }

    @Test
    void anAddressHasNoBracketsAndIsNotLookedUp() {
        InetSocketAddress address = HostPort.parse("[2001:db8::7]:7676");
        assertThat(address.getHostString()).isEqualTo("2001:db8::7");
        assertThat(address.getPort()).isEqualTo(7676);
        assertThat(address.isUnresolved()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7676", ":7676", "host", "host:", "host:x", "host:-1", "host:65536"})
    void anythingElseIsRefusedWithItsText(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostPort.parse(text))
                .withMessageStartingWith("'" + text + "' is not host:port");
    }
}
