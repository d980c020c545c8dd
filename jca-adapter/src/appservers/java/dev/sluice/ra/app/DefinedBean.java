package dev.sluice.ra.app;

import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Receives by what the application itself defines, and sends on by what it looks up; what is broken it never takes. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationLookup", propertyValue = "java:app/jms/own"),
            @ActivationConfigProperty(propertyName = "connectionFactoryLookup", propertyValue = "java:app/jms/Own"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "redeliveryLimit", propertyValue = "3"),
            @ActivationConfigProperty(propertyName = "redeliveryDelay", propertyValue = "200"),
            @ActivationConfigProperty(propertyName = "redeliveryDelayMultiplier", propertyValue = "1.5"),
            @ActivationConfigProperty(propertyName = "redeliveryDelayMax", propertyValue = "1000")
        })
public class DefinedBean implements MessageListener {
    @Resource(lookup = "java:app/jms/Own")
    private ConnectionFactory factory;

    @Override
    public void onMessage(Message message) {
        if (isBroken(message)) {
            throw new IllegalArgumentException("this one is broken");
        }
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue("defined"), message);
        }
    }

    private static boolean isBroken(Message message) {
        try {
            return message.getBody(String.class).equals("broken");
        } catch (JMSException fault) {
            throw new JMSRuntimeException(fault.getMessage(), fault.getErrorCode(), fault);
        }
    }
}
