package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.resource.spi.InvalidPropertyException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What ra.xml says of the classes. */
class DescriptorTest {
    private static final String CLASSES =
            "resourceadapter-class managedconnectionfactory-class activationspec-class adminobject-class";

    @Test
    void ra_xmlNamesEachPropertyOfEachBeanWithItsType() throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        var document = factory.newDocumentBuilder()
                .parse(Path.of("src/main/rar/META-INF/ra.xml").toFile());
        int beans = 0;
        for (String element : CLASSES.split(" ")) {
            NodeList found = document.getElementsByTagName(element);
            for (int index = 0; index < found.getLength(); index++) {
                Class<?> bean = Class.forName(found.item(index).getTextContent());
                assertThat(declared((Element) found.item(index).getParentNode()))
                        .as(bean.getName())
                        .isEqualTo(properties(bean));
                beans++;
            }
        }
        assertThat(beans).isEqualTo(7);
    }

    private static Map<String, String> declared(Element parent) {
        Map<String, String> declared = new TreeMap<>();
        for (var each = parent.getFirstChild(); each != null; each = each.getNextSibling()) {
            if (each instanceof Element element && element.getTagName().equals("config-property")) {
                declared.put(text(element, "config-property-name"), text(element, "config-property-type"));
            }
        }
        return declared;
    }

    private static String text(Element element, String child) {
        return element.getElementsByTagName(child).item(0).getTextContent();
    }

    private static Map<String, String> properties(Class<?> bean) throws Exception {
        Map<String, String> properties = new TreeMap<>();
        for (PropertyDescriptor each : Introspector.getBeanInfo(bean).getPropertyDescriptors()) {
            boolean simple = each.getPropertyType() == String.class
                    || each.getPropertyType() == Integer.class
                    || each.getPropertyType() == Double.class
                    || each.getPropertyType() == Boolean.class;
            // A container finds it all the same; in ra.xml Open Liberty takes it for the same as clientId, and warns.
            boolean twin = each.getName().equals("clientID");
            if (each.getWriteMethod() != null && simple && !twin) {
                properties.put(each.getName(), each.getPropertyType().getName());
            }
        }
        return properties;
    }

    @Test
    void beansGoThroughSerialization() throws Exception {
        SluiceManagedConnectionFactory factory = new SluiceManagedConnectionFactory();
        factory.setUrl("sluice://one");
        factory.setUserName("u");
        factory.setTransactionMode("none");
        assertThat(copy(factory)).isEqualTo(factory);
        SluiceQueueObject queue = new SluiceQueueObject();
        queue.setPhysicalName("orders");
        assertThat(((SluiceQueueObject) copy(queue)).getQueueName()).isEqualTo("orders");
        assertThat(queue).hasToString("orders");
        assertThat(copy(new FactoryHandle(factory, new UnmanagedConnections()))).isInstanceOf(FactoryHandle.class);
    }

    private static Object copy(Object bean) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(bean);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }

    @Test
    void settingsThatTheBeanLeavesOpenAreTheAdapters() {
        ServerSettings adapter = new ServerSettings("sluice://a?prefetch=5&user=x", "one", "p+ &", null);
        ServerSettings bean = ServerSettings.NONE.withClientId("c");
        assertThat(bean.orElse(adapter).factory("prefetch=1").getUrl())
                .isEqualTo("sluice://a?prefetch=5&user=one&password=p%2B%20%26&client.id=c");
        assertThat(bean.withUser("two").orElse(adapter).password()).isNull();
        assertThat(adapter).hasToString("sluice://a as one");
    }

    @Test
    void aServerMayHaveTakenTheUrlForAPath() {
        ServerSettings definition = ServerSettings.NONE.withUrl("sluice:/one:7676,two:7676?prefetch=5");
        assertThat(definition.url()).isEqualTo("sluice://one:7676,two:7676?prefetch=5");
        assertThat(ServerSettings.NONE.withUrl("sluice:mem:shop").url()).isEqualTo("sluice:mem:shop");
    }

    @Test
    void whatABeanSaysOfRedeliveryGoesBeforeWhatTheUrlSays() throws Exception {
        SluiceResourceAdapter adapter = new SluiceResourceAdapter();
        adapter.setUrl("sluice://a?redelivery.limit=7&redelivery.delay.max=1h");
        SluiceActivationSpec spec = queueBean();
        assertThat(spec.intake(adapter.settings()).server().url()).isEqualTo(adapter.getUrl());

        spec.setMaximumRedeliveries(2);
        spec.setInitialRedeliveryDelay(1500);
        spec.setRedeliveryDelayMultiplier(1.5);
        spec.validate();

        assertThat(spec.getRedeliveryLimit()).isEqualTo(3);
        assertThat(spec.getRedeliveryDelay()).isEqualTo(1500);
        assertThat(spec.intake(adapter.settings()).server().url())
                .isEqualTo("sluice://a?redelivery.delay.max=1h&redelivery.limit=3&redelivery.delay=1500ms"
                        + "&redelivery.delay.multiplier=1.5");
        spec.setMaximumRedeliveries(-1);
        assertThat(spec.getRedeliveryLimit()).as("for ever").isZero();
    }

    @Test
    void saysWhatIsWrongWithTheRedeliveryOfABean() {
        SluiceActivationSpec spec = queueBean();
        spec.setRedeliveryLimit(-1);
        spec.setRedeliveryDelay(86_400_001);
        spec.setRedeliveryDelayMultiplier(0.5);
        spec.setRedeliveryDelayMax(-2);
        assertThatThrownBy(spec::validate)
                .isInstanceOf(InvalidPropertyException.class)
                .hasMessageContaining("redeliveryLimit is -1; it must be 0 to 1000000")
                .hasMessageContaining("redeliveryDelay is 86400001; it must be 0 to 86400000")
                .hasMessageContaining("redeliveryDelayMultiplier is 0.5; it must be 1 to 100")
                .hasMessageContaining("redeliveryDelayMax is -2; it must be 0 to 86400000");
    }

    private static SluiceActivationSpec queueBean() {
        SluiceActivationSpec spec = new SluiceActivationSpec();
        spec.setDestination("in");
        spec.setDestinationType("jakarta.jms.Queue");
        return spec;
    }

    @Test
    void whatABeanSaysByOneNameStaysItsOwnWhereTheContainerFillsTheOtherNames() throws Exception {
        SluiceResourceAdapter adapter = new SluiceResourceAdapter();
        adapter.setUrl("sluice://a");
        adapter.setUser("one");
        adapter.setPassword("1");
        adapter.setClientID("c");
        SluiceManagedConnectionFactory plain = filled(new SluiceManagedConnectionFactory(), adapter, Map.of());
        assertThat(plain.effective()).isEqualTo(new ServerSettings("sluice://a", "one", "1", "c"));
        var password = Map.of("user", "one", "password", "3");
        assertThat(filled(new SluiceManagedConnectionFactory(), adapter, password)
                        .effective()
                        .password())
                .isEqualTo("3");
        var sluices = Map.of("url", "sluice://b", "user", "two", "password", "2", "clientId", "d");
        var others = Map.of("serverUrl", "sluice://b", "userName", "two", "password", "2", "clientID", "d");
        for (Map<String, String> names : List.of(sluices, others)) {
            SluiceManagedConnectionFactory own = filled(new SluiceManagedConnectionFactory(), adapter, names);
            assertThat(own.effective()).isEqualTo(new ServerSettings("sluice://b", "two", "2", "d"));
            SluiceActivationSpec spec = filled(new SluiceActivationSpec(), adapter, names);
            assertThat(spec.server(adapter.settings())).isEqualTo(new ServerSettings("sluice://b", "two", "2", "d"));
        }
    }

    /** As Open Liberty does it: what is not configured is as the adapter has it. */
    private static <T extends ServerBean> T filled(T bean, ServerBean adapter, Map<String, String> configured)
            throws Exception {
        if (bean instanceof SluiceManagedConnectionFactory factory) {
            factory.setResourceAdapter((SluiceResourceAdapter) adapter);
        }
        for (PropertyDescriptor each :
                Introspector.getBeanInfo(ServerBean.class).getPropertyDescriptors()) {
            if (each.getWriteMethod() != null) {
                Object inherited = each.getReadMethod().invoke(adapter);
                each.getWriteMethod().invoke(bean, configured.getOrDefault(each.getName(), (String) inherited));
            }
        }
        return bean;
    }
}
