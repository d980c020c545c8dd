package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceDestination.Kind;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.TemporaryTopic;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import javax.naming.NamingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SluiceDestinationTest {
    @Test
    void showsItsKindAndName() {
        assertThat(new SluiceQueue("orders.eu")).hasToString("queue://orders.eu");
        assertThat(new SluiceTopic("news")).hasToString("topic://news");
        assertThat(new SluiceTemporaryQueue("temp.1", null)).hasToString("temp-queue://temp.1");
        assertThat(new SluiceTemporaryTopic("temp.2", null)).hasToString("temp-topic://temp.2");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void isEqualByKindAndName(Kind kind) {
        SluiceDestination one = SluiceDestination.of(kind, "a");
        assertThat(one).isEqualTo(SluiceDestination.of(kind, "a")).hasSameHashCodeAs(SluiceDestination.of(kind, "a"));
        assertThat(one).isNotEqualTo(SluiceDestination.of(kind, "b"));
        for (Kind other : Kind.values()) {
            assertThat(one.equals(SluiceDestination.of(other, "a"))).isEqualTo(other == kind);
        }
        assertThat(Kind.of(kind.addressKind(), kind.isTemporary())).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a*", "a>b", "#", "a\nb", "a\u0000"})
    void refusesNamesThatAreNotAllowed(String name) {
        assertThatThrownBy(() -> new SluiceQueue(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("destination's name");
    }

    @Test
    void countsTheNameInBytes() {
        assertThat(new SluiceQueue("ä".repeat(512)).name()).hasSize(512);
        assertThatThrownBy(() -> new SluiceQueue("ä".repeat(513)))
                .hasMessage("a destination's name of 1026 bytes is longer than the limit of 1024");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void survivesSerialisation(Kind kind) throws Exception {
        SluiceDestination before = SluiceDestination.of(kind, "orders");
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(before);
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(before);
        }
    }

    @Test
    void comesBackFromItsReference() throws Exception {
        var factory = new SluiceDestination.Factory();
        for (SluiceDestination before : List.of(new SluiceQueue("q"), new SluiceTopic("t"))) {
            assertThat(factory.getObjectInstance(before.getReference(), null, null, null))
                    .isEqualTo(before);
        }
        assertThat(factory.getObjectInstance("something else", null, null, null))
                .isNull();
        assertThatThrownBy(() -> new SluiceTemporaryQueue("x", null).getReference())
                .isInstanceOf(NamingException.class);
    }

    @Test
    void isDeletedByItsOwnerAlone() throws Exception {
        List<SluiceDestination> deleted = new ArrayList<>();
        SluiceTemporaryQueue own = new SluiceTemporaryQueue("temp.1", deleted::add);
        own.delete();
        assertThat(deleted).containsExactly(own);
        assertThatThrownBy(() -> new SluiceTemporaryTopic("temp.1", null).delete())
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("by the connection that made it");
    }

    @Test
    void takesAnotherProvidersDestinationByName() throws Exception {
        assertThat(SluiceDestination.of((Queue) () -> "orders")).isEqualTo(new SluiceQueue("orders"));
        assertThatThrownBy(() -> SluiceDestination.of((Queue) () -> "*"))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> SluiceDestination.of(null)).isInstanceOf(InvalidDestinationException.class);
        TemporaryTopic foreign = new TemporaryTopic() {
            @Override
            public void delete() {}

            @Override
            public String getTopicName() {
                return "t";
            }
        };
        assertThatThrownBy(() -> SluiceDestination.of(foreign))
                .isInstanceOf(InvalidDestinationException.class)
                .hasMessageContaining("another provider");
    }
}
