package dev.sluice.ra.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets messages through by tens: none goes on before ten are under way at once. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destination", propertyValue = "gate"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "10")
        })
public class GateBean implements MessageListener {
    private static final CyclicBarrier GATE = new CyclicBarrier(10);
    private static final AtomicInteger INSIDE = new AtomicInteger();
    private static final AtomicInteger MOST = new AtomicInteger();

    @Inject
    @JMSConnectionFactory("java:app/jms/Sluice")
    private JMSContext context;

    /** So many were under way at once. */
    static int most() {
        return MOST.get();
    }

    @Override
    public void onMessage(Message message) {
        int inside = INSIDE.incrementAndGet();
        MOST.accumulateAndGet(inside, Math::max);
        try {
            int ignored = GATE.await(20, TimeUnit.SECONDS);
            context.createProducer().send(context.createQueue("through"), message);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException tooFew) {
            GATE.reset();
            throw new IllegalStateException("fewer than ten came", tooFew);
        } finally {
            INSIDE.decrementAndGet();
        }
    }
}
