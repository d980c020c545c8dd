package dev.sluice.bench.load;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Any provider over the plain Jakarta Messaging API. */
final class JmsLoadClient implements LoadClient {
    private static final String NUMBER = "n";
    private static final String SUBSCRIPTION = "bench";

    private final ConnectionFactory factory;
    private final int outstanding;
    private final AtomicInteger subscribers = new AtomicInteger();

    /** @param outstanding the most messages of a producer that are unconfirmed at a time */
    JmsLoadClient(ConnectionFactory factory, int outstanding) {
        this.factory = factory;
        this.outstanding = outstanding;
    }

    @Override
    public Link connect() throws JMSException {
        return new JmsLink(factory.createConnection());
    }

    @Override
    public boolean remove(String queue) {
        return false;
    }

    /** Links are closed one by one. */
    @Override
    public void close() {}

    private static long startOf(Message message) throws JMSException {
        if (message instanceof BytesMessage bytes) {
            return bytes.readLong();
        }
        throw new JMSException("a " + message.getClass().getName() + " came; only bytes were sent");
    }

    private static BytesMessage message(Session session, Outgoing outgoing) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(outgoing.body());
        if (outgoing.number() != Outgoing.NO_NUMBER) {
            message.setIntProperty(NUMBER, outgoing.number());
        }
        return message;
    }

    private static MessageProducer producer(Session session, @Nullable Destination destination, boolean persistent)
            throws JMSException {
        MessageProducer producer = session.createProducer(destination);
        producer.setDeliveryMode(persistent ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
        return producer;
    }

    private final class JmsLink implements Link {
        private final Connection connection;
        private @Nullable JmsConsumer durable;

        JmsLink(Connection connection) {
            this.connection = connection;
        }

        @Override
        public Producer producer(Target target) throws JMSException {
            Session session = connection.createSession(target.transacted(), Session.AUTO_ACKNOWLEDGE);
            List<Destination> destinations = new ArrayList<>();
            for (String name : target.names()) {
                destinations.add(target.topic() ? session.createTopic(name) : session.createQueue(name));
            }
            return new JmsProducer(session, destinations, target.persistent(), outstanding);
        }

        @Override
        public Consumer consumer(Source source, Settlement settlement) throws JMSException {
            // A client identifier has to be the first that a connection is told.
            boolean isDurable = source.kind() == Source.Kind.DURABLE_TOPIC;
            if (isDurable) {
                connection.setClientID("bench-" + subscribers.incrementAndGet());
            }
            Session session = session(settlement);
            String selector = source.selector().isEmpty() ? null : source.selector();
            MessageConsumer consumer = switch (source.kind()) {
                case QUEUE -> session.createConsumer(session.createQueue(source.name()), selector);
                case TOPIC -> session.createConsumer(session.createTopic(source.name()), selector);
                case DURABLE_TOPIC ->
                    session.createDurableConsumer(session.createTopic(source.name()), SUBSCRIPTION, selector, false);
            };
            JmsConsumer result = new JmsConsumer(session, consumer, settlement);
            if (isDurable) {
                durable = result;
            }
            connection.start();
            return result;
        }

        private Session session(Settlement settlement) throws JMSException {
            return switch (settlement) {
                case AUTO -> connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                case DUPS_OK -> connection.createSession(false, Session.DUPS_OK_ACKNOWLEDGE);
                case CLIENT -> connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
                case COMMIT -> connection.createSession(true, Session.SESSION_TRANSACTED);
            };
        }

        @Override
        public void listen(List<String> queues, Arrivals arrivals) throws JMSException {
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            for (String queue : queues) {
                session.createConsumer(session.createQueue(queue)).setMessageListener(message -> {
                    try {
                        arrivals.arrived(startOf(message));
                    } catch (JMSException e) {
                        arrivals.failed(e);
                    }
                });
            }
            connection.start();
        }

        @Override
        public Requester requester(String queue) throws JMSException {
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            JmsRequester requester = new JmsRequester(session, session.createQueue(queue));
            connection.start();
            return requester;
        }

        @Override
        public Responder responder(String queue) throws JMSException {
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            JmsResponder responder = new JmsResponder(session, session.createQueue(queue));
            connection.start();
            return responder;
        }

        @Override
        public void close() {
            try {
                if (durable != null) {
                    durable.unsubscribe();
                }
                connection.close();
            } catch (JMSException e) {
                throw new IllegalStateException("the connection did not close: " + e.getMessage(), e);
            }
        }
    }

    private static final class JmsProducer implements Producer {
        private final Session session;
        private final List<Destination> destinations;
        private final MessageProducer producer;
        private final StartsInOrder unconfirmed;
        private @Nullable CompletionListener listener;

        JmsProducer(Session session, List<Destination> destinations, boolean persistent, int outstanding)
                throws JMSException {
            this.session = session;
            this.destinations = destinations;
            this.producer =
                    JmsLoadClient.producer(session, destinations.size() == 1 ? destinations.get(0) : null, persistent);
            this.unconfirmed = new StartsInOrder(outstanding);
        }

        @Override
        public void send(Outgoing outgoing) throws JMSException {
            Message message = message(session, outgoing);
            if (destinations.size() == 1) {
                producer.send(message);
            } else {
                producer.send(destinations.get(outgoing.destination()), message);
            }
        }

        @Override
        public void sendAsynchronously(Outgoing outgoing, Confirmations confirmations) throws JMSException {
            if (listener == null) {
                listener = listener(confirmations);
            }
            Message message = message(session, outgoing);
            unconfirmed.add(outgoing.start());
            producer.send(message, listener);
        }

        /** One for all messages: a producer's callbacks come in the order of its sends. */
        private CompletionListener listener(Confirmations confirmations) {
            return new CompletionListener() {
                @Override
                public void onCompletion(Message message) {
                    confirmations.confirmed(unconfirmed.remove());
                }

                @Override
                public void onException(Message message, Exception exception) {
                    confirmations.failed(exception);
                }
            };
        }

        @Override
        public void commit() throws JMSException {
            session.commit();
        }
    }

    /** The starts of what is unconfirmed: added by the sender, removed by the provider's callback, which the send comes before. */
    private static final class StartsInOrder {
        private final long[] starts;
        private int next;
        private int oldest;

        /** @param size the most that are in it; who sends keeps to that */
        StartsInOrder(int size) {
            starts = new long[size];
        }

        void add(long start) {
            starts[next] = start;
            next = next + 1 == starts.length ? 0 : next + 1;
        }

        long remove() {
            long start = starts[oldest];
            oldest = oldest + 1 == starts.length ? 0 : oldest + 1;
            return start;
        }
    }

    private static final class JmsConsumer implements Consumer {
        private static final int CALL_EVERY = 100;

        private final Session session;
        private final MessageConsumer consumer;
        private final Settlement settlement;
        private int unacknowledged;
        private @Nullable Message last;

        JmsConsumer(Session session, MessageConsumer consumer, Settlement settlement) {
            this.session = session;
            this.consumer = consumer;
            this.settlement = settlement;
        }

        @Override
        public long receive(long timeoutMillis) throws JMSException {
            Message message = consumer.receive(timeoutMillis);
            if (message == null) {
                return NONE;
            }
            if (settlement == Settlement.CLIENT) {
                last = message;
                unacknowledged++;
                if (unacknowledged == CALL_EVERY) {
                    settle();
                }
            }
            return startOf(message);
        }

        @Override
        public void settle() throws JMSException {
            if (settlement == Settlement.COMMIT) {
                session.commit();
            } else if (last != null) {
                last.acknowledge();
                last = null;
                unacknowledged = 0;
            }
        }

        void unsubscribe() throws JMSException {
            consumer.close();
            session.unsubscribe(SUBSCRIPTION);
        }
    }

    private static final class JmsRequester implements Requester {
        private final Session session;
        private final MessageProducer producer;
        private final TemporaryQueue answers;
        private final MessageConsumer consumer;

        JmsRequester(Session session, Queue questions) throws JMSException {
            this.session = session;
            this.producer = producer(session, questions, false);
            this.answers = session.createTemporaryQueue();
            this.consumer = session.createConsumer(answers);
        }

        @Override
        public void request(Outgoing outgoing, long timeoutMillis) throws JMSException {
            Message request = message(session, outgoing);
            request.setJMSReplyTo(answers);
            producer.send(request);
            Message answer = consumer.receive(timeoutMillis);
            if (answer == null) {
                throw new JMSException("no answer came within " + timeoutMillis + " ms");
            }
            if (!Objects.equals(answer.getJMSCorrelationID(), request.getJMSMessageID())) {
                throw new JMSException("the answer is to " + answer.getJMSCorrelationID() + "; the request was "
                        + request.getJMSMessageID());
            }
        }
    }

    private static final class JmsResponder implements Responder {
        private final Session session;
        private final MessageConsumer consumer;
        private final MessageProducer producer;
        private byte[] body = new byte[0];

        JmsResponder(Session session, Queue questions) throws JMSException {
            this.session = session;
            this.consumer = session.createConsumer(questions);
            this.producer = producer(session, null, false);
        }

        @Override
        public boolean answer(long timeoutMillis) throws JMSException {
            Message request = consumer.receive(timeoutMillis);
            if (request == null) {
                return false;
            }
            BytesMessage answer = session.createBytesMessage();
            answer.writeBytes(bodyOf((BytesMessage) request));
            answer.setJMSCorrelationID(request.getJMSMessageID());
            producer.send(request.getJMSReplyTo(), answer);
            return true;
        }

        private byte[] bodyOf(BytesMessage message) throws JMSException {
            int length = Math.toIntExact(message.getBodyLength());
            if (length != body.length) {
                body = new byte[length];
            }
            int read = message.readBytes(body);
            if (read != length) {
                throw new JMSException("a request had " + length + " bytes, and only " + read + " could be read");
            }
            return body;
        }
    }
}
