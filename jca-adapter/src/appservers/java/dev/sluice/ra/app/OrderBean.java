package dev.sluice.ra.app;

import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Takes an order, writes it into the database and sends a bill: all three or none of it. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destination", propertyValue = "in"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "10")
        })
public class OrderBean implements MessageListener {
    @Inject
    @JMSConnectionFactory("java:app/jms/Sluice")
    private JMSContext context;

    @Resource(lookup = "java:app/jms/out")
    private Queue out;

    @Resource(lookup = "java:app/jdbc/orders")
    private DataSource database;

    @Override
    public void onMessage(Message message) {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO orders VALUES (?, ?)")) {
            String text = ((TextMessage) message).getText();
            insert.setString(1, text);
            insert.setInt(2, message.getIntProperty("JMSXDeliveryCount"));
            insert.executeUpdate();
            context.createProducer().send(out, text);
            if (text.startsWith("refused") && !message.getJMSRedelivered()) {
                throw new IllegalArgumentException("refused once");
            }
        } catch (SQLException | JMSException e) {
            throw new IllegalStateException(e);
        }
    }
}
