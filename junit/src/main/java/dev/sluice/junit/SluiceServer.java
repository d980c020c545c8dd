package dev.sluice.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives tests a Sluice server inside this JVM, without a disk and without a port, and takes it away again with its threads.
 *
 * <pre>{@code
 * @SluiceServer
 * class OrdersTest {
 *     @Test
 *     void arrives(JMSContext context) {
 *         Queue orders = context.createQueue("orders");
 *         context.createProducer().send(orders, "a gate");
 *         assertEquals("a gate", context.createConsumer(orders).receiveBody(String.class, 1_000));
 *     }
 * }
 * }</pre>
 *
 * <p>Constructors, tests and the methods before and after them can have parameters of these types:
 *
 * <ul>
 *   <li>{@code ConnectionFactory}, and every other type that a {@link dev.sluice.SluiceConnectionFactory} has
 *   <li>{@code JMSContext}: a new one for each parameter, closed after the test (after the class, where the class asked for it)
 *   <li>{@link TestServer}: the server, with its URL
 * </ul>
 *
 * <p>The server is started when a parameter first needs it. On a class it serves all tests of the class and of the classes nested in it; on a
 * method, or with {@link Per#METHOD}, each test has its own. The annotation that is nearest to a test counts. Tests may run in parallel:
 * servers do not know each other. Connections that a test forgot to close end with the server.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@ExtendWith(SluiceExtension.class)
public @interface SluiceServer {
    /** Who shares a server. */
    enum Per {
        /** All tests of the class. */
        CLASS,
        /** Nobody: each test has its own, which the methods before and after it see too. */
        METHOD
    }

    /** Who shares a server; on a method it says nothing. */
    Per per() default Per.CLASS;

    /** Options of the client, as they stand in a URL: {@code "prefetch=1&client.id=shop"}. */
    String options() default "";

    /** Into how many shards the server divides its destinations, 1 to 64. */
    int shards() default 1;
}
