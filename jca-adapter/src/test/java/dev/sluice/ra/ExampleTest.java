package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.examples.ee.BillingBean;
import dev.sluice.examples.ee.OrderServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example for Jakarta EE in docs/examples runs. */
@Timeout(60)
class ExampleTest {
    private static final String URL = "sluice:mem:example";

    /** What the servlet answers. */
    private static String ask(HttpServlet servlet, String method, String order) throws Exception {
        StringWriter answer = new StringWriter();
        PrintWriter writer = new PrintWriter(answer);
        servlet.service(
                answering(HttpServletRequest.class, Map.of("getMethod", method, "getParameter", order)),
                answering(HttpServletResponse.class, Map.of("getWriter", writer)));
        return answer.toString();
    }

    private static <T> T answering(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.get(method.getName())));
    }

    @Test
    void eachOrderHasOneReceipt() throws Exception {
        try (Container container = new Container(URL);
                Deployment application = new Deployment(container, URL)) {
            application.define(OrderServlet.class);
            OrderServlet servlet = application.make(OrderServlet.class);
            application.activate(BillingBean.class);

            for (String order : new String[] {"a gate", "a lock"}) {
                application.request(() -> ask(servlet, "POST", order));
            }

            Awaitility.await("the receipts")
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(application
                                    .request(() -> ask(servlet, "GET", ""))
                                    .lines())
                            .containsExactlyInAnyOrder("receipt for a gate", "receipt for a lock"));
            assertThat(Broker.drain(URL, "orders")).isEmpty();
        }
    }
}
