package dev.sluice.jms;

import dev.sluice.base.Monitor;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.QueueReceiver;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import org.jspecify.annotations.Nullable;

/** A consumer of the classic API, of a queue or a topic. One thread at a time, but for close. */
public final class ClassicConsumer implements QueueReceiver, TopicSubscriber {
    private final SessionCore session;
    private final ConsumerCore core;
    private final @Nullable String selector;
    private final boolean noLocal;

    ClassicConsumer(SessionCore session, ConsumerCore core, @Nullable String selector, boolean noLocal) {
        this.session = session;
        this.core = core;
        this.selector = selector;
        this.noLocal = noLocal;
    }

    @Override
    public Queue getQueue() throws JMSException {
        session.checkOpen(core);
        if (core.destination instanceof Queue queue) {
            return queue;
        }
        throw new IllegalStateException("this consumer is of a topic: " + core.destination);
    }

    @Override
    public Topic getTopic() throws JMSException {
        session.checkOpen(core);
        if (core.destination instanceof Topic topic) {
            return topic;
        }
        throw new IllegalStateException("this consumer is of a queue: " + core.destination);
    }

    @Override
    public boolean getNoLocal() throws JMSException {
        session.checkOpen(core);
        return noLocal;
    }

    @Override
    public @Nullable String getMessageSelector() throws JMSException {
        session.checkOpen(core);
        return selector;
    }

    @Override
    public @Nullable MessageListener getMessageListener() throws JMSException {
        return session.listener(core);
    }

    @Override
    public void setMessageListener(@Nullable MessageListener listener) throws JMSException {
        session.listen(core, listener);
    }

    @Override
    public @Nullable Message receive() throws JMSException {
        return session.receive(core, Long.MAX_VALUE);
    }

    @Override
    public @Nullable Message receive(long timeout) throws JMSException {
        return session.receive(core, nanos(timeout));
    }

    @Override
    public @Nullable Message receiveNoWait() throws JMSException {
        return session.receive(core, 0);
    }

    /** Receives, waiting up to {@code nanos}, and reads; what cannot be read is as if it had not been received. */
    <T> @Nullable T receive(long nanos, SessionCore.Reading<T> reading) throws JMSException {
        return session.receive(core, nanos, reading);
    }

    /**
     * Waits for a message and gives it to {@code listener} on the calling thread, as the session's own thread would: what settles it is not
     * that it was received but that the listener has returned, and a branch that the listener starts and ends has it. What the listener
     * throws gives the message back, as a failed delivery, and is thrown. For who brings threads and transactions of its own, as a resource
     * adapter does.
     *
     * @param timeoutMillis 0 for ever
     * @return false when no message came in time, or the consumer was closed meanwhile
     */
    public boolean deliver(MessageListener listener, long timeoutMillis) throws JMSException {
        SessionCore.Reading<Boolean> called = message -> {
            listener.onMessage(message);
            return true;
        };
        return session.receive(core, nanos(timeoutMillis), called) != null;
    }

    /** A timeout of the API in nanoseconds: 0 means for ever. */
    static long nanos(long timeoutMillis) throws JMSException {
        if (timeoutMillis < 0) {
            throw new JMSException("a timeout of " + timeoutMillis
                    + " ms is negative; use 0 to wait for ever, and receiveNoWait not to wait");
        }
        return timeoutMillis == 0 ? Long.MAX_VALUE : Monitor.nanosOf(timeoutMillis);
    }

    @Override
    public void close() {
        session.close(core);
    }

    /** What it receives from, and by which selector. */
    @Override
    public String toString() {
        return "SluiceConsumer[" + core.destination + (selector == null ? "" : ", selector=" + selector) + "]";
    }
}
