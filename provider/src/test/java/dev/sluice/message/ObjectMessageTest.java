package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectStreamConstants;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectMessageTest {
    private static final Deserialization ALL = Deserialization.of("*", () -> null);

    private final SluiceObjectMessage message = new SluiceObjectMessage(Deserialization.NONE);

    enum Colour {
        RED
    }

    record Chain(@Nullable Chain next) implements Serializable {}

    record Order(String name, List<Integer> lines) implements Serializable {}

    static List<Serializable> harmless() {
        return List.of(
                "text",
                1,
                2L,
                true,
                (byte) 1,
                (short) 2,
                'c',
                1f,
                2d,
                new byte[100_000],
                new String[] {"a"},
                new int[2][3]);
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void readsWithoutAPermitWhatCanDoNoHarm(Serializable object) throws JMSException {
        message.setObject(object);
        SluiceObjectMessage received = (SluiceObjectMessage) Wired.received(message, Deserialization.NONE);
        assertThat(received.getObject()).isEqualTo(object);
    }

    @Test
    void refusesOtherClassesAndSaysHowToAllowThem() throws JMSException {
        message.setObject(new Order("o", new ArrayList<>()));
        SluiceObjectMessage received = (SluiceObjectMessage) Wired.received(message, Deserialization.NONE);
        assertThatThrownBy(received::getObject)
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("dev.sluice.message.ObjectMessageTest$Order")
                .hasMessageContaining("deserialization.allow=dev.sluice.message.ObjectMessageTest$Order");
        assertThat(received.isBodyAssignableTo(Order.class)).isFalse();
        assertThatThrownBy(() -> received.getBody(Order.class)).isInstanceOf(MessageFormatException.class);
        SluiceObjectMessage half =
                (SluiceObjectMessage) Wired.received(received, Deserialization.of("dev.sluice.*", () -> null));
        assertThatThrownBy(half::getObject).hasMessageContaining("java.util.ArrayList");
    }

    @Test
    void readsWhatIsAllowedByClassByPackageOrAtAll() throws JMSException {
        Serializable object = new HashMap<>(Map.of("k", new Order("o", new ArrayList<>(List.of(1, 2)))));
        message.setObject(object);
        for (String patterns : List.of(
                "*",
                "java.util.*,dev.sluice.*",
                " java.util.HashMap , java.util.ArrayList,dev.sluice.message.ObjectMessageTest$Order,")) {
            SluiceObjectMessage received =
                    (SluiceObjectMessage) Wired.received(message, Deserialization.of(patterns, () -> null));
            assertThat(received.getObject()).isEqualTo(object);
        }
        message.setObject(Colour.RED);
        assertThat(((SluiceObjectMessage) Wired.received(message, Deserialization.of("dev.sluice.*", () -> null)))
                        .getObject())
                .isEqualTo(Colour.RED);
        message.setObject(new BitSet());
        assertThat(((SluiceObjectMessage) Wired.received(message, ALL)).getBody(BitSet.class))
                .isEqualTo(new BitSet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"com.*.x", "com.acme*", "**", "*.acme", "com.acme.**"})
    void refusesPatternsThatMeanNothing(String pattern) {
        assertThatThrownBy(() -> Deserialization.of(pattern, () -> null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(pattern);
    }

    @Test
    void aPackageIsNotAPrefixOfAName() {
        Deserialization policy = Deserialization.of("com.acme.*", () -> null);
        assertThat(policy.allows("com.acme.Order")).isTrue();
        assertThat(policy.allows("com.acme.eu.Order")).isTrue();
        assertThat(policy.allows("com.acmeorder.Order")).isFalse();
    }

    @Test
    void isWhatItWasWhenItWasSet() throws JMSException {
        ArrayList<Object> list = new ArrayList<>(List.of("a"));
        message.setObject(list);
        list.add("b");
        assertThat(message.getObject()).isEqualTo(List.of("a"));
        assertThat(message.getObject()).isNotSameAs(message.getObject());
        SluiceObjectMessage received = (SluiceObjectMessage) Wired.received(message, ALL);
        assertThat(received.getObject()).isEqualTo(List.of("a")).isNotSameAs(received.getObject());
    }

    @Test
    void aReceivedOneIsReadOnlyUntilItIsCleared() throws JMSException {
        message.setObject("x");
        SluiceObjectMessage received = Wired.received(message);
        assertThatThrownBy(() -> received.setObject("y")).isInstanceOf(MessageNotWriteableException.class);
        received.clearBody();
        assertThat(received.getObject()).isNull();
        assertThat(received.getBody(Integer.class)).isNull();
        assertThat(received.isBodyAssignableTo(Integer.class)).isTrue();
        received.setObject("y");
        assertThat(received.getObject()).isEqualTo("y");
    }

    @Test
    void refusesWhatCannotBeSerialised() {
        assertThatThrownBy(() -> message.setObject(new ArrayList<>(List.of(new Object()))))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("java.util.ArrayList cannot be serialised");
    }

    @Test
    void aLargeOneComesInChunks() throws JMSException {
        message.setObject(new byte[5_000_000]);
        SluiceObjectMessage received = Wired.received(message);
        assertThat((byte[]) received.getObject()).hasSize(5_000_000);
        assertThat((byte[]) Wired.received(received).getObject()).hasSize(5_000_000);
    }

    @Test
    void largeCollectionsAreNotTakenForAnAttack() throws JMSException {
        ArrayList<Object> collections = new ArrayList<>();
        for (int index = 0; index < 50_000; index++) {
            collections.add(new HashMap<>(Map.of(index, index)));
            collections.add(new HashSet<>(List.of(index)));
        }
        message.setObject(collections);
        assertThat(((SluiceObjectMessage) Wired.received(message, ALL)).getObject())
                .isEqualTo(collections);
    }

    @Test
    void memoryIsNotTakenOnTheWordOfASender() throws JMSException, IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(ObjectStreamConstants.STREAM_MAGIC);
        out.writeShort(ObjectStreamConstants.STREAM_VERSION);
        out.writeByte(ObjectStreamConstants.TC_ARRAY);
        out.writeByte(ObjectStreamConstants.TC_CLASSDESC);
        out.writeUTF("[J");
        out.writeLong(0x782004b512b17593L);
        out.writeByte(ObjectStreamConstants.SC_SERIALIZABLE);
        out.writeShort(0);
        out.writeByte(ObjectStreamConstants.TC_ENDBLOCKDATA);
        out.writeByte(ObjectStreamConstants.TC_NULL);
        out.writeInt(Integer.MAX_VALUE - 10);
        SluiceObjectMessage received = new SluiceObjectMessage(ALL);
        received.receivedBody(EncodedBody.of(bytes.toByteArray()));
        assertThatThrownBy(received::getObject)
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("claims an array of 2147483637 elements");
    }

    @Test
    void aGraphThatIsTooDeepIsRefused() throws JMSException {
        Chain chain = new Chain(null);
        for (int depth = 1; depth < 400; depth++) {
            chain = new Chain(chain);
        }
        message.setObject(chain);
        assertThat(((SluiceObjectMessage) Wired.received(message, ALL)).getObject())
                .isEqualTo(chain);
        for (int depth = 0; depth < 200; depth++) {
            chain = new Chain(chain);
        }
        message.setObject(chain);
        assertThatThrownBy(((SluiceObjectMessage) Wired.received(message, ALL))::getObject)
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("nested deeper than the limit of 500");
        for (int depth = 0; depth < 1_000_000; depth++) {
            chain = new Chain(chain);
        }
        Chain endless = chain;
        assertThatThrownBy(() -> message.setObject(endless))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("nested too deep");
    }

    @Test
    void rubbishIsAFormatException() {
        SluiceObjectMessage received = new SluiceObjectMessage(ALL);
        received.receivedBody(EncodedBody.of(new byte[] {1, 2, 3}));
        assertThatThrownBy(received::getObject).isInstanceOf(MessageFormatException.class);
        assertThat(assertDoesNotThrow(received)).isFalse();
    }

    private static boolean assertDoesNotThrow(SluiceObjectMessage received) {
        try {
            return received.isBodyAssignableTo(String.class);
        } catch (JMSException fault) {
            throw new AssertionError(fault);
        }
    }

    @Test
    void itsBodyIsAssignableToTheClassesOfItsObject() throws JMSException {
        message.setObject("x");
        assertThat(message.isBodyAssignableTo(CharSequence.class)).isTrue();
        assertThat(message.isBodyAssignableTo(Integer.class)).isFalse();
        assertThatThrownBy(() -> message.getBody(Integer.class)).isInstanceOf(MessageFormatException.class);
    }

    /** An object whose class cannot be linked when it is read. */
    static final class Unlinked implements Serializable {
        private static final long serialVersionUID = 1;

        private void readObject(ObjectInputStream stream) {
            throw new NoClassDefFoundError("not there");
        }
    }

    /** An object whose own code refuses to read it. */
    static final class Refusing implements Serializable {
        private static final long serialVersionUID = 1;

        private void readObject(ObjectInputStream stream) {
            throw new IllegalStateException("not today");
        }
    }

    @Test
    void whatTheClassesThemselvesThrowIsAFormatException() throws JMSException {
        message.setObject(new Refusing());
        assertThatThrownBy(message::getObject)
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("not today")
                .hasCauseInstanceOf(IllegalStateException.class);
        message.setObject(new Unlinked());
        assertThatThrownBy(message::getObject)
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("not there")
                .hasNoCause();
    }

    /** What a proxy does when it is called: nothing. */
    record Nothing() implements InvocationHandler, Serializable {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
            return null;
        }
    }

    @Test
    void classesAreLoadedByTheLoaderOfTheApplication() throws JMSException {
        List<String> asked = new ArrayList<>();
        ClassLoader application = new ClassLoader(getClass().getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                asked.add(name);
                return super.loadClass(name, resolve);
            }
        };
        Order order = new Order("o", new ArrayList<>(List.of(1)));
        message.setObject(order);
        var received = (SluiceObjectMessage) Wired.received(message, Deserialization.of("*", () -> application));
        assertThat(received.getObject()).isEqualTo(order);
        assertThat(asked).contains(Order.class.getName());

        message.setObject((Serializable) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Runnable.class, Comparable.class}, new Nothing()));
        received = (SluiceObjectMessage) Wired.received(message, Deserialization.of("*", () -> application));
        assertThat(received.getObject()).isInstanceOf(Runnable.class).isInstanceOf(Comparable.class);
        assertThat(asked).contains("java.lang.Runnable", "java.lang.Comparable");
        received = (SluiceObjectMessage) Wired.received(message, ALL);
        assertThat(received.getObject()).isInstanceOf(Runnable.class).isInstanceOf(Comparable.class);
    }

    @Test
    void whatTheLoaderOfTheApplicationDoesNotKnowIsLookedForHere() throws JMSException {
        ClassLoader stranger = ClassLoader.getPlatformClassLoader();
        message.setObject(new Order("o", new ArrayList<>()));
        var received = (SluiceObjectMessage) Wired.received(message, Deserialization.of("*", () -> stranger));
        assertThat(received.getObject()).isInstanceOf(Order.class);
    }
}
