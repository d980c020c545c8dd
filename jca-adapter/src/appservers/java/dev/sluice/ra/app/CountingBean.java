package dev.sluice.ra.app;

import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.util.concurrent.atomic.AtomicLong;

/** Takes a message a transaction and counts it. From where, its descriptor says. */
public class CountingBean implements MessageListener {
    /** Messages that were taken since the application started. */
    static final AtomicLong COUNT = new AtomicLong();

    @Override
    public void onMessage(Message message) {
        COUNT.incrementAndGet();
    }
}
