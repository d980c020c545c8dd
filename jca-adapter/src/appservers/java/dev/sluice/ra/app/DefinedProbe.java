package dev.sluice.ra.app;

import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSConnectionFactoryDefinition;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSDestinationDefinition;
import jakarta.jms.Queue;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** An application that brings its connection factory and its queue along; the server only has the adapter. WildFly ignores {@code destinationName}. */
@JMSConnectionFactoryDefinition(
        name = "java:app/jms/Own",
        interfaceName = "jakarta.jms.ConnectionFactory",
        resourceAdapter = "sluice",
        maxPoolSize = 15)
@JMSDestinationDefinition(
        name = "java:app/jms/own",
        interfaceName = "jakarta.jms.Queue",
        className = "dev.sluice.ra.SluiceQueueObject",
        resourceAdapter = "sluice",
        destinationName = "own",
        properties = "physicalName=own")
@WebServlet("/probe")
public class DefinedProbe extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Inject
    @JMSConnectionFactory("java:app/jms/Own")
    private transient JMSContext context;

    @Resource(lookup = "java:app/jms/own")
    private transient Queue queue;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
        if (request.getParameter("do").equals("send")) {
            context.createProducer().send(queue, request.getParameter("text"));
        }
    }
}
