package dev.sluice.ra;

import dev.sluice.examples.ee.BillingBean;
import dev.sluice.examples.ee.OrderServlet;
import dev.sluice.ra.app.BareProbe;
import dev.sluice.ra.app.DefinedBean;
import dev.sluice.ra.app.DefinedProbe;
import dev.sluice.ra.app.GateBean;
import dev.sluice.ra.app.OrderBean;
import dev.sluice.ra.app.Probe;
import dev.sluice.ra.app.Table;
import dev.sluice.ra.app.WatchProbe;
import jakarta.ejb.MessageDriven;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Packs classes of the tests as an application for one server. */
enum Application {
    /** Takes orders, writes them into a database and sends bills. */
    ORDERS("orders", Probe.class, OrderBean.class, GateBean.class, Table.class),
    /** Brings its own connection factory and queue. */
    DEFINED("defined", DefinedProbe.class, DefinedBean.class),
    /** Has nothing to do with messages. */
    BARE("bare", BareProbe.class, Table.class),
    /** Watches the JVM. */
    WATCH("watch", WatchProbe.class),
    /** The one in docs/examples. */
    SHOP("shop", OrderServlet.class, BillingBean.class);

    private static final Path EXAMPLE = Path.of("../docs/examples/jakarta-ee/src/main/webapp/WEB-INF");

    private final String context;
    private final Class<?> probe;
    private final List<Class<?>> beans;

    Application(String context, Class<?> probe, Class<?>... beans) {
        this.context = context;
        this.probe = probe;
        this.beans = List.of(beans);
    }

    /** The first part of its paths, and the name of its archive without {@code .war}. */
    String context() {
        return context;
    }

    Class<?> probe() {
        return probe;
    }

    List<String> messageDrivenBeans() {
        return beans.stream()
                .filter(bean -> bean.isAnnotationPresent(MessageDriven.class))
                .map(Class::getSimpleName)
                .toList();
    }

    Path pack(Path directory, ApplicationServer server) throws IOException {
        List<Class<?>> classes = new ArrayList<>(beans);
        classes.add(probe);
        Map<String, String> descriptors = new LinkedHashMap<>(server.descriptors(this));
        if (this == DEFINED) {
            descriptors.putAll(server.descriptorsOfDefinitions());
        }
        if (this == SHOP) {
            try (DirectoryStream<Path> own = Files.newDirectoryStream(EXAMPLE)) {
                for (Path each : own) {
                    descriptors.put("WEB-INF/" + each.getFileName(), Files.readString(each));
                }
            }
        }
        descriptors.put("WEB-INF/web.xml", webXml(server));
        return pack(directory.resolve(context + ".war"), classes, descriptors);
    }

    /** {@code descriptors}: from name in the archive to text. */
    static Path pack(Path war, List<Class<?>> classes, Map<String, String> descriptors) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(war))) {
            for (Class<?> each : classes) {
                String file = each.getName().replace('.', '/') + ".class";
                out.putNextEntry(new ZipEntry("WEB-INF/classes/" + file));
                try (InputStream in = Application.class.getClassLoader().getResourceAsStream(file)) {
                    in.transferTo(out);
                }
            }
            Map<String, String> all = new LinkedHashMap<>();
            all.put(
                    "WEB-INF/beans.xml",
                    "<beans xmlns='https://jakarta.ee/xml/ns/jakartaee' version='4.0' bean-discovery-mode='all'/>");
            all.putAll(descriptors);
            for (var more : all.entrySet()) {
                put(out, more.getKey(), more.getValue());
            }
        }
        return war;
    }

    private static void put(ZipOutputStream out, String name, String text) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What the application names {@code java:app/NAME} is what the server names its own way. */
    private String webXml(ApplicationServer server) {
        return "<web-app xmlns='https://jakarta.ee/xml/ns/jakartaee' version='6.0'>"
                + (this == ORDERS ? reference(server, "resource-env-ref", "jms/out", "jakarta.jms.Queue") : "")
                + (this == ORDERS
                        ? reference(server, "resource-ref", "jms/Sluice", "jakarta.jms.ConnectionFactory")
                        : "")
                + (this == ORDERS || this == BARE
                        ? reference(server, "resource-ref", "jdbc/orders", "javax.sql.DataSource")
                        : "")
                + (this == DEFINED ? server.definitions() : "")
                // The example says where Sluice is by an annotation, which a descriptor of the same name overrides.
                + (this == SHOP ? server.factory("java:app/jms/Shop") : "")
                + "</web-app>";
    }

    private static String reference(ApplicationServer server, String element, String name, String type) {
        String prefix = element.equals("resource-ref") ? "res-ref" : element;
        String typed = element.equals("resource-ref") ? "res-type" : "resource-env-ref-type";
        return "<" + element + "><" + prefix + "-name>java:app/" + name + "</" + prefix + "-name>" //
                + "<" + typed + ">" + type + "</" + typed + ">"
                // GlassFish takes the standard's default, Container, for Application.
                + (element.equals("resource-ref") ? "<res-auth>Container</res-auth>" : "")
                + "<lookup-name>" + server.lookup(name) + "</lookup-name></" + element + ">";
    }
}
