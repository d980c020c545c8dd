package dev.sluice.programs;

import static dev.sluice.programs.RunningServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.LoggingLevel;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jms.connection.CachingConnectionFactory;

/** Transacted routes of Camel: a failure takes back what the route has sent, and brings the message again. */
class CamelTransactionsIT {
    @RegisterExtension
    static final RunningServer SERVER = RunningServer.with();

    private final String in = fresh("in");
    private final String out = fresh("out");
    private final Collected collected = new Collected();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private CachingConnectionFactory caching;

    @BeforeEach
    void prepare() throws JMSException {
        Transactions.assumeThatTheyAreThere(SERVER.factory());
        caching = new CachingConnectionFactory(SERVER.factory());
        JmsComponent jms = JmsComponent.jmsComponent(caching);
        jms.setErrorHandlerLoggingLevel(LoggingLevel.DEBUG);
        camel.addComponent("jms", jms);
        camel.getShutdownStrategy().setTimeout(20);
    }

    @AfterEach
    void end() throws IOException {
        camel.close();
        if (caching != null) {
            caching.destroy();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "transacted=true",
                "transacted=true&lazyCreateTransactionManager=false",
                "transacted=true&concurrentConsumers=3",
                "transacted=true&cacheLevelName=CACHE_CONSUMER",
            })
    void aTransactedRouteSendsAndReceivesInOneTransaction(String options) throws Exception {
        Set<String> failed = ConcurrentHashMap.newKeySet();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("jms:queue:" + in + "?" + options)
                        .to("jms:queue:" + out + "?transacted=true")
                        .process(exchange -> {
                            String text = exchange.getMessage().getBody(String.class);
                            if (failed.add(text)) {
                                throw new IllegalArgumentException("the first try of " + text);
                            }
                        });
                from("jms:queue:" + out)
                        .process(exchange -> collected.add(exchange.getMessage().getBody(String.class)));
            }
        });
        camel.start();
        ProducerTemplate producer = camel.createProducerTemplate();

        for (int number = 0; number < 30; number++) {
            producer.sendBody("jms:queue:" + in, "message " + number);
        }

        collected.awaitExactly(30).assertEachOnce(Collected.numbered(30));
        assertThat(failed).hasSize(30);
    }
}
