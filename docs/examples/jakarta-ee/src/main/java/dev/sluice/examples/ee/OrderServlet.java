package dev.sluice.examples.ee;

import jakarta.annotation.Resource;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConnectionFactoryDefinition;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSDestinationDefinition;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Enumeration;

/** Takes orders ({@code POST /shop/orders} with the parameter {@code order}), and shows the receipts ({@code GET}). It brings its own connection factory and queue. */
@JMSConnectionFactoryDefinition(
        name = "java:app/jms/Shop",
        interfaceName = "jakarta.jms.ConnectionFactory",
        resourceAdapter = "sluice",
        properties = "url=sluice://localhost:7676")
@JMSDestinationDefinition(
        name = "java:app/jms/orders",
        interfaceName = "jakarta.jms.Queue",
        className = "dev.sluice.ra.SluiceQueueObject",
        resourceAdapter = "sluice",
        properties = "physicalName=orders")
@WebServlet("/orders")
public class OrderServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    // Outside of a transaction each request has a context of its own; an injected one is kept over all of them by some
    // servers.
    @Resource(lookup = "java:app/jms/Shop")
    private transient ConnectionFactory shop;

    @Resource(lookup = "java:app/jms/orders")
    private transient Queue orders;

    /** The order is on the disk when this returns. */
    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) {
        try (JMSContext context = shop.createContext()) {
            context.createProducer().send(orders, request.getParameter("order"));
        }
        response.setStatus(HttpServletResponse.SC_ACCEPTED);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        try (JMSContext context = shop.createContext();
                QueueBrowser receipts = context.createBrowser(context.createQueue("receipts"))) {
            Enumeration<?> all = receipts.getEnumeration();
            while (all.hasMoreElements()) {
                response.getWriter().println(((Message) all.nextElement()).getBody(String.class));
            }
        } catch (JMSException e) {
            throw new IOException(e);
        }
    }
}
