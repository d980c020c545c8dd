package dev.sluice.programs;

import dev.sluice.system.ServerProcess;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jms.connection.CachingConnectionFactory;

/** Routes of Camel while the server is killed: what is sent comes once at the end of each route. */
class CamelKillIT {
    private static final int KILLS = 3;

    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<Load> loads = new ArrayList<>();
    private CachingConnectionFactory caching;

    @AfterEach
    void end() throws IOException {
        loads.forEach(Load::close);
        camel.close();
        if (caching != null) {
            caching.destroy();
        }
    }

    @Test
    void routesLoseAndDoubleNothing() throws Exception {
        prepare();
        route("plain", "concurrentConsumers=2");
        route("client", "concurrentConsumers=2&acknowledgementModeName=CLIENT_ACKNOWLEDGE");
        route("async", "concurrentConsumers=2&asyncConsumer=true");
        route("simple", "consumerType=Simple");

        survive();
    }

    @Test
    void transactedRoutesLoseAndDoubleNothing() throws Exception {
        Transactions.assumeThatTheyAreThere(server.factory());
        prepare();
        route("transacted", "concurrentConsumers=2&transacted=true");
        route("lazy", "concurrentConsumers=2&transacted=true&lazyCreateTransactionManager=false");

        survive();
    }

    private void prepare() throws JMSException {
        caching = new CachingConnectionFactory(server.factory());
        camel.addComponent("jms", JmsComponent.jmsComponent(caching));
        camel.getShutdownStrategy().setTimeout(20);
        camel.start();
    }

    /** A queue, a route to another one with {@code options}, and one that counts what comes. */
    private void route(String name, String options) throws Exception {
        Load load = new Load(name);
        loads.add(load);
        String transacted = options.contains("transacted") ? "?transacted=true" : "";
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("jms:queue:" + name + ".in?" + options).to("jms:queue:" + name + ".out" + transacted);
                from("jms:queue:" + name + ".out")
                        .process(exchange ->
                                load.collected().add(exchange.getMessage().getBody(String.class)));
            }
        });
        ProducerTemplate producer = camel.createProducerTemplate();
        load.from("sender", text -> producer.sendBody("jms:queue:" + name + ".in", text));
    }

    private void survive() throws Exception {
        Load.whileKilled(server, KILLS, loads);
        for (Load load : loads) {
            load.assertNothingLostOrDoubled();
        }
    }
}
