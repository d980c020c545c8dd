package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class TextAndMapMessageTest {
    private final SluiceTextMessage text = new SluiceTextMessage();
    private final SluiceMapMessage map = new SluiceMapMessage();

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"x", "grüße 😀"})
    void aTextComesAsItWas(String value) throws JMSException {
        text.setText(value);
        SluiceTextMessage received = Wired.received(text);
        assertThat(received.getText()).isEqualTo(value);
        assertThat(received.getBody(CharSequence.class)).isEqualTo(value);
        assertThat(Wired.received(received).getText()).isEqualTo(value);
    }

    @Test
    void aLargeTextAndALargeMapComeInChunks() throws JMSException {
        String large = "0123456789".repeat(200_000);
        text.setText(large);
        assertThat(Wired.received(text).getText()).isEqualTo(large);
        map.setString("large", large);
        map.setBytes("bytes", new byte[300_000]);
        SluiceMapMessage received = Wired.received(map);
        assertThat(Wired.received(received).getBytes("bytes")).hasSize(300_000);
        assertThat(received.getString("large")).isEqualTo(large);
    }

    @Test
    void aReceivedTextIsReadOnlyUntilItIsCleared() throws JMSException {
        text.setText("old");
        SluiceTextMessage received = Wired.received(text);
        assertThatThrownBy(() -> received.setText("new")).isInstanceOf(MessageNotWriteableException.class);
        received.clearBody();
        assertThat(received.getText()).isNull();
        received.setText("new");
        assertThat(received.getText()).isEqualTo("new");
        assertThat(Wired.received(received).getText()).isEqualTo("new");
    }

    @Test
    void whatIsSentDoesNotSeeLaterChanges() throws JMSException {
        text.setText("first");
        SluiceTextMessage received = Wired.received(text);
        text.setText("second");
        assertThat(received.getText()).isEqualTo("first");
        assertThat(Wired.received(text).getText()).isEqualTo("second");
    }

    @Test
    void aTextsBodyIsAString() throws JMSException {
        assertThat(text.getBody(LocalDate.class)).isNull();
        assertThat(text.isBodyAssignableTo(LocalDate.class)).isTrue();
        text.setText("x");
        assertThat(text.isBodyAssignableTo(Object.class)).isTrue();
        assertThat(text.isBodyAssignableTo(LocalDate.class)).isFalse();
        assertThatThrownBy(() -> text.getBody(LocalDate.class))
                .isInstanceOf(MessageFormatException.class)
                .hasMessage("the body of a SluiceTextMessage cannot be read as java.time.LocalDate");
    }

    @ParameterizedTest
    @NullAndEmptySource
    void aMapEntryNeedsAName(String name) {
        List<ThrowingCallable> setters = List.of(
                () -> map.setBoolean(name, true),
                () -> map.setByte(name, (byte) 1),
                () -> map.setShort(name, (short) 1),
                () -> map.setChar(name, 'c'),
                () -> map.setInt(name, 1),
                () -> map.setLong(name, 1),
                () -> map.setFloat(name, 1),
                () -> map.setDouble(name, 1),
                () -> map.setString(name, "s"),
                () -> map.setBytes(name, new byte[1]),
                () -> map.setBytes(name, new byte[1], 0, 1),
                () -> map.setObject(name, 1));
        for (ThrowingCallable setter : setters) {
            assertThatThrownBy(setter).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aReceivedMapIsReadOnlyUntilItIsCleared() throws JMSException {
        map.setInt("n", 1);
        SluiceMapMessage received = Wired.received(map);
        List<ThrowingCallable> setters = List.of(
                () -> received.setBoolean("n", true),
                () -> received.setByte("n", (byte) 1),
                () -> received.setShort("n", (short) 1),
                () -> received.setChar("n", 'c'),
                () -> received.setInt("n", 1),
                () -> received.setLong("n", 1),
                () -> received.setFloat("n", 1),
                () -> received.setDouble("n", 1),
                () -> received.setString("n", "s"),
                () -> received.setBytes("n", new byte[1]),
                () -> received.setBytes("n", new byte[1], 0, 1),
                () -> received.setObject("n", 1));
        for (ThrowingCallable setter : setters) {
            assertThatThrownBy(setter).isInstanceOf(MessageNotWriteableException.class);
        }
        received.clearBody();
        assertThat(received.itemExists("n")).isFalse();
        received.setInt("m", 2);
        assertThat(Collections.list(received.getMapNames())).containsExactly("m");
    }

    @Test
    void aMapCopiesBytesInAndOut() throws JMSException {
        byte[] bytes = {1, 2, 3, 4};
        map.setBytes("part", bytes, 1, 2);
        map.setObject("all", bytes);
        map.setBytes("none", null);
        bytes[1] = 99;
        assertThat(map.getBytes("part")).containsExactly(2, 3);
        byte[] all = map.getBytes("all");
        assertThat(all).containsExactly(1, 2, 3, 4);
        if (all != null) {
            all[0] = 99;
        }
        assertThat(map.getObject("all")).isEqualTo(new byte[] {1, 2, 3, 4});
        assertThat(map.getBytes("none")).isNull();
        assertThat(map.itemExists("none")).isTrue();
        assertThat(map.itemExists("nothing")).isFalse();
        assertThat(map.getBytes("nothing")).isNull();
        assertThat(map.getObject("nothing")).isNull();
        assertThatThrownBy(() -> map.getChar("nothing")).isInstanceOf(NullPointerException.class);
    }

    @Test
    void aMapTakesOnlyPrimitivesTextAndBytes() {
        assertThatThrownBy(() -> map.setObject("n", LocalDate.EPOCH)).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> map.setObject("n", Map.of())).isInstanceOf(MessageFormatException.class);
    }

    @Test
    void aMapsBodyIsAMap() throws JMSException {
        assertThat(map.getBody(LocalDate.class)).isNull();
        assertThat(map.isBodyAssignableTo(LocalDate.class)).isTrue();
        map.setInt("n", 1);
        assertThat((Object) map.getBody(Map.class)).isEqualTo(Map.of("n", 1));
        assertThat(map.getBody(Object.class)).isEqualTo(Map.of("n", 1));
        assertThat(map.isBodyAssignableTo(Map.class)).isTrue();
        assertThat(map.isBodyAssignableTo(HashMap.class)).isFalse();
        assertThatThrownBy(() -> map.getBody(HashMap.class)).isInstanceOf(MessageFormatException.class);
    }

    @Test
    void aMapsBodyIsACopyDownToTheBytes() throws JMSException {
        map.setBytes("b", new byte[] {1});
        Map<?, ?> copy = map.getBody(Map.class);
        assertThat(copy).isNotNull();
        if (copy != null && copy.get("b") instanceof byte[] bytes) {
            bytes[0] = 9;
        }
        assertThat(map.getBytes("b")).containsExactly(1);
    }

    @Test
    void aMapEntryMayHaveAnyNameThatTheWireCounts() throws JMSException {
        String longest = "ä".repeat(32_767) + "x";
        map.setInt(longest, 1);
        map.setInt("a name - of any characters", 2);
        assertThat(Wired.received(map).getInt(longest)).isEqualTo(1);
        assertThatThrownBy(() -> map.setInt(longest + "x", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a name of 65536 bytes is longer than the limit of 65535");
        assertThatThrownBy(() -> map.setInt(null, 1)).hasMessage("the name of a map entry is null");
        assertThatThrownBy(() -> map.setInt("", 1)).hasMessage("the name of a map entry is empty");
    }
}
