package dev.sluice.jms;

import static dev.sluice.jms.JmsErrors.nullable;
import static dev.sluice.jms.JmsErrors.unchecked;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageListener;
import jakarta.jms.StreamMessage;
import org.jspecify.annotations.Nullable;

/** A consumer of the simplified API, over one of the classic API. One thread at a time, but for close. */
final class SimplifiedConsumer implements JMSConsumer {
    private final ClassicConsumer consumer;

    SimplifiedConsumer(ClassicConsumer consumer) {
        this.consumer = consumer;
    }

    @Override
    public @Nullable String getMessageSelector() {
        return nullable(consumer::getMessageSelector);
    }

    @Override
    public @Nullable MessageListener getMessageListener() {
        return nullable(consumer::getMessageListener);
    }

    @Override
    public void setMessageListener(@Nullable MessageListener listener) {
        JmsErrors.run(() -> consumer.setMessageListener(listener));
    }

    @Override
    public @Nullable Message receive() {
        return nullable(() -> consumer.receive());
    }

    @Override
    public @Nullable Message receive(long timeout) {
        return nullable(() -> consumer.receive(timeout));
    }

    @Override
    public @Nullable Message receiveNoWait() {
        return nullable(consumer::receiveNoWait);
    }

    @Override
    public void close() {
        consumer.close();
    }

    @Override
    public <T> @Nullable T receiveBody(Class<T> type) {
        return body(type, Long.MAX_VALUE);
    }

    @Override
    public <T> @Nullable T receiveBody(Class<T> type, long timeout) {
        return body(type, unchecked(() -> ClassicConsumer.nanos(timeout)));
    }

    @Override
    public <T> @Nullable T receiveBodyNoWait(Class<T> type) {
        return body(type, 0);
    }

    private <T> @Nullable T body(Class<T> type, long nanos) {
        return nullable(() -> consumer.receive(nanos, message -> bodyOf(message, type)));
    }

    private static <T> T bodyOf(Message message, Class<T> type) throws JMSException {
        if (message instanceof StreamMessage) {
            throw new MessageFormatException("the body of a StreamMessage cannot be received as one object;"
                    + " receive the message and read it");
        }
        T body = message.getBody(type);
        if (body == null) {
            throw new MessageFormatException("the message has no body to be received as " + type.getName());
        }
        return body;
    }

    /** What it receives from, and by which selector. */
    @Override
    public String toString() {
        return consumer.toString();
    }
}
