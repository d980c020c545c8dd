package dev.sluice.bench.load;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * RabbitMQ by its own client. Persistent messages go to quorum queues and are confirmed; others to classic queues, and a send returns
 * when the socket has them. A topic is a fan-out exchange with a queue for each subscriber.
 */
final class RabbitLoadClient implements LoadClient {
    private static final Set<Workload> UNSUPPORTED = EnumSet.of(Workload.W9, Workload.W10, Workload.W11);
    private static final int CONFIRM_MILLIS = 30_000;
    private static final int PREFETCH = 256;

    private final ConnectionFactory factory = new ConnectionFactory();
    private final boolean persistent;
    private final int outstanding;

    /** @param server as host:port */
    RabbitLoadClient(String server, Workload workload, int outstanding) {
        int colon = server.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("--url is '" + server + "'; for rabbitmq it must be host:port");
        }
        factory.setHost(server.substring(0, colon));
        factory.setPort(Integer.parseInt(server.substring(colon + 1)));
        this.persistent = workload.shape().persistent();
        this.outstanding = outstanding;
    }

    /** Whether {@code workload} asks for nothing that it lacks. */
    static boolean canDo(Workload workload) {
        return !UNSUPPORTED.contains(workload);
    }

    @Override
    public Link connect() throws Exception {
        return new RabbitLink(factory.newConnection());
    }

    @Override
    public boolean remove(String queue) throws Exception {
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            AMQP.Queue.DeleteOk unused = channel.queueDelete(queue);
        }
        return true;
    }

    /** Links are closed one by one. */
    @Override
    public void close() {}

    private void declare(Channel channel, String queue) throws IOException {
        Map<String, Object> type = Map.of("x-queue-type", persistent ? "quorum" : "classic");
        AMQP.Queue.DeclareOk unused = channel.queueDeclare(queue, true, false, false, type);
    }

    private static UnsupportedOperationException unsupported(String what) {
        return new UnsupportedOperationException("RabbitMQ is not measured with " + what);
    }

    private final class RabbitLink implements Link {
        private final Connection connection;
        private final List<String> subscriptions = new ArrayList<>();

        RabbitLink(Connection connection) {
            this.connection = connection;
        }

        @Override
        public Producer producer(Target target) throws IOException {
            Channel channel = connection.createChannel();
            String name = target.names().get(0);
            if (target.topic()) {
                AMQP.Exchange.DeclareOk unused = channel.exchangeDeclare(name, BuiltinExchangeType.FANOUT);
            } else {
                declare(channel, name);
            }
            if (target.transacted()) {
                AMQP.Tx.SelectOk unused = channel.txSelect();
            } else if (target.persistent()) {
                AMQP.Confirm.SelectOk unused = channel.confirmSelect();
            }
            return new RabbitProducer(channel, target, outstanding);
        }

        @Override
        public Consumer consumer(Source source, Settlement settlement) throws IOException {
            if (!source.selector().isEmpty()) {
                throw unsupported("selectors");
            }
            Channel channel = connection.createChannel();
            channel.basicQos(PREFETCH);
            if (settlement == Settlement.COMMIT) {
                AMQP.Tx.SelectOk unused = channel.txSelect();
            }
            String queue = source.name();
            if (source.kind() == Source.Kind.QUEUE) {
                declare(channel, queue);
            } else {
                queue = subscribe(channel, source);
            }
            return new RabbitConsumer(channel, queue, settlement);
        }

        private String subscribe(Channel channel, Source source) throws IOException {
            AMQP.Exchange.DeclareOk unusedExchange = channel.exchangeDeclare(source.name(), BuiltinExchangeType.FANOUT);
            String queue = source.name() + "." + System.nanoTime();
            declare(channel, queue);
            AMQP.Queue.BindOk unused = channel.queueBind(queue, source.name(), "");
            subscriptions.add(queue);
            return queue;
        }

        @Override
        public void listen(List<String> queues, Arrivals arrivals) {
            throw unsupported("thousands of queues");
        }

        @Override
        public Requester requester(String queue) {
            throw unsupported("temporary queues");
        }

        @Override
        public Responder responder(String queue) {
            throw unsupported("temporary queues");
        }

        @Override
        public void close() {
            try {
                if (!subscriptions.isEmpty()) {
                    Channel channel = connection.createChannel();
                    for (String queue : subscriptions) {
                        AMQP.Queue.DeleteOk unused = channel.queueDelete(queue);
                    }
                }
                connection.close();
            } catch (IOException e) {
                throw new IllegalStateException("the connection did not close: " + e.getMessage(), e);
            }
        }
    }

    private static final class RabbitProducer implements Producer {
        private final Channel channel;
        private final String exchange;
        private final String key;
        private final boolean confirmed;
        private final AMQP.BasicProperties properties;
        private final Unconfirmed unconfirmed;
        private boolean listening;

        RabbitProducer(Channel channel, Target target, int outstanding) {
            String name = target.names().get(0);
            this.channel = channel;
            this.exchange = target.topic() ? name : "";
            this.key = target.topic() ? "" : name;
            this.confirmed = target.persistent() && !target.transacted();
            this.properties =
                    target.persistent() ? MessageProperties.MINIMAL_PERSISTENT_BASIC : MessageProperties.MINIMAL_BASIC;
            this.unconfirmed = new Unconfirmed(outstanding);
        }

        @Override
        public void send(Outgoing message) throws Exception {
            channel.basicPublish(exchange, key, properties, message.body());
            if (confirmed) {
                channel.waitForConfirmsOrDie(CONFIRM_MILLIS);
            }
        }

        @Override
        public void sendAsynchronously(Outgoing message, Confirmations confirmations) throws IOException {
            if (!listening) {
                listening = true;
                com.rabbitmq.client.ConfirmListener unused = channel.addConfirmListener(
                        (number, multiple) -> unconfirmed.remove(number, multiple, confirmations),
                        (number, multiple) ->
                                confirmations.failed(new IOException("message " + number + " was refused")));
            }
            unconfirmed.add(channel.getNextPublishSeqNo(), message.start());
            channel.basicPublish(exchange, key, properties, message.body());
        }

        @Override
        public void commit() throws IOException {
            AMQP.Tx.CommitOk unused = channel.txCommit();
        }
    }

    /** The starts of what is unconfirmed, by the channel's numbers: added by the sender, removed by the connection's thread after it. */
    private static final class Unconfirmed {
        private static final long NONE = Long.MIN_VALUE;

        /** Confirmations may come in another order; so far apart they do not. */
        private static final int SPREAD = 16;

        private final long[] starts;
        private long oldest = 1;

        Unconfirmed(int outstanding) {
            starts = new long[outstanding * SPREAD];
            Arrays.fill(starts, NONE);
        }

        void add(long number, long start) {
            starts[index(number)] = start;
        }

        void remove(long number, boolean multiple, Confirmations confirmations) {
            for (long each = multiple ? oldest : number; each <= number; each++) {
                int index = index(each);
                if (starts[index] != NONE) {
                    confirmations.confirmed(starts[index]);
                    starts[index] = NONE;
                }
            }
            while (oldest <= number && starts[index(oldest)] == NONE) {
                oldest++;
            }
        }

        private int index(long number) {
            return (int) (number % starts.length);
        }
    }

    private static final class RabbitConsumer implements Consumer {
        private static final int ACKNOWLEDGE_EVERY = 50;

        private final Channel channel;
        private final int acknowledgeEvery;
        private final boolean transacted;
        private final BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
        private @Nullable Delivery last;
        private int unacknowledged;

        RabbitConsumer(Channel channel, String queue, Settlement settlement) throws IOException {
            this.channel = channel;
            this.transacted = settlement == Settlement.COMMIT;
            this.acknowledgeEvery = switch (settlement) {
                case AUTO -> 1;
                case DUPS_OK, CLIENT -> ACKNOWLEDGE_EVERY;
                case COMMIT -> Integer.MAX_VALUE;
            };
            String unused = channel.basicConsume(queue, false, (tag, delivery) -> arrived.add(delivery), tag -> {});
        }

        @Override
        public long receive(long timeoutMillis) throws Exception {
            Delivery delivery = arrived.poll(timeoutMillis, TimeUnit.MILLISECONDS);
            if (delivery == null) {
                return NONE;
            }
            last = delivery;
            unacknowledged++;
            if (unacknowledged == acknowledgeEvery) {
                acknowledge();
            }
            return Outgoing.startOf(delivery.getBody());
        }

        private void acknowledge() throws IOException {
            if (last != null) {
                channel.basicAck(last.getEnvelope().getDeliveryTag(), true);
                last = null;
                unacknowledged = 0;
            }
        }

        @Override
        public void settle() throws IOException {
            acknowledge();
            if (transacted) {
                AMQP.Tx.CommitOk unused = channel.txCommit();
            }
        }
    }
}
