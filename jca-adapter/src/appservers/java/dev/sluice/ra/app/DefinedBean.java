package dev.sluice.ra.app;

import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Receives by what the application itself defines, and sends on by what it looks up. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationLookup", propertyValue = "java:app/jms/own"),
            @ActivationConfigProperty(propertyName = "connectionFactoryLookup", propertyValue = "java:app/jms/Own"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue")
        })
public class DefinedBean implements MessageListener {
    @Resource(lookup = "java:app/jms/Own")
    private ConnectionFactory factory;

    @Override
    public void onMessage(Message message) {
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue("defined"), message);
        }
    }
}
