package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.OperationNotSupportedException;
import org.junit.jupiter.api.Test;

@SuppressWarnings({"BanJNDI", "BanSerializableRead", "JdkObsolete"}) // The standard asks for JNDI and serialisation.
class SluiceConnectionFactoryTest {
    private static final String URL = "sluice://h:1?user=u&password=secret";

    @Test
    void survivesSerialisation() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(new SluiceConnectionFactory(URL));
        Object copy = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        assertThat(((SluiceConnectionFactory) copy).getUrl()).isEqualTo(URL);
        assertThat(((SluiceConnectionFactory) copy).getOptions().identity().user())
                .isEqualTo("u");
        assertThat(copy.toString()).doesNotContain("secret");
    }

    @Test
    void comesBackFromItsReference() {
        SluiceConnectionFactory factory = new SluiceConnectionFactory(URL);
        Object copy = new SluiceConnectionFactory.Factory()
                .getObjectInstance(factory.getReference(), null, null, new Hashtable<>());
        assertThat(copy).isInstanceOf(SluiceConnectionFactory.class);
    }

    @Test
    void saysHowToGetAnEmbeddedServerWhenThereIsNone() {
        assertThatThrownBy(() -> new SluiceConnectionFactory("sluice:mem:x").createConnection())
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("sluice-server");
    }

    @Test
    void looksUpWhatTheEnvironmentNames() throws NamingException {
        Hashtable<String, Object> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, SluiceInitialContextFactory.class.getName());
        environment.put("connectionfactory.orders", URL);
        environment.put("queue.in/box", "orders.in");
        environment.put("topic.news", "news.all");
        Context context = new InitialContext(environment);
        assertThat(((SluiceConnectionFactory) context.lookup("orders")).getUrl())
                .isEqualTo(URL);
        assertThat(context.lookup("in/box")).isEqualTo(new SluiceQueue("orders.in"));
        assertThat(context.lookup("news")).isEqualTo(new SluiceTopic("news.all"));
        assertThatThrownBy(() -> context.lookup("none"))
                .isInstanceOf(NameNotFoundException.class)
                .hasMessageContaining("queue.none");
        assertThatThrownBy(() -> context.bind("x", "y")).isInstanceOf(OperationNotSupportedException.class);
        List<String> names = new ArrayList<>();
        context.list("").asIterator().forEachRemaining(pair -> names.add(pair.getName()));
        assertThat(names).containsExactlyInAnyOrder("orders", "in/box", "news");
    }

    @Test
    void standardFactoryIsThereWithoutConfiguration() throws NamingException {
        Hashtable<String, Object> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, SluiceInitialContextFactory.class.getName());
        environment.put(Context.PROVIDER_URL, "sluice://elsewhere");
        Object factory = new InitialContext(environment).lookup("ConnectionFactory");
        assertThat(factory)
                .isInstanceOf(ConnectionFactory.class)
                .hasToString("SluiceConnectionFactory[sluice://elsewhere:7676]");
    }

    @Test
    void namesThePropertyThatIsWrong() {
        Hashtable<String, Object> environment = new Hashtable<>();
        environment.put("queue.bad", "a*b");
        assertThatThrownBy(() -> new SluiceInitialContextFactory().getInitialContext(environment))
                .isInstanceOf(NamingException.class)
                .hasMessageContaining("queue.bad");
    }
}
