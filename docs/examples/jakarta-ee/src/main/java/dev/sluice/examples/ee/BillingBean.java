package dev.sluice.examples.ee;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJBException;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Takes each order and sends its receipt, in one transaction of the server: both, or neither. An order that fails comes again. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationLookup", propertyValue = "java:app/jms/orders"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "connectionFactoryLookup", propertyValue = "java:app/jms/Shop")
        })
public class BillingBean implements MessageListener {
    @Inject
    @JMSConnectionFactory("java:app/jms/Shop")
    private JMSContext context;

    @Override
    public void onMessage(Message order) {
        try {
            String text = order.getBody(String.class);
            context.createProducer().send(context.createQueue("receipts"), "receipt for " + text);
            if (text.equals("a lock") && !order.getJMSRedelivered()) {
                throw new EJBException("not billed yet: " + text);
            }
        } catch (JMSException e) {
            throw new EJBException(e);
        }
    }
}
