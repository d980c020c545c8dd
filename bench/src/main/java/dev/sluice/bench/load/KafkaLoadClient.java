package dev.sluice.bench.load;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka by its own client. A queue is a topic with one group of consumers and as many partitions as consumers; producers ask for
 * all acknowledgements, and all else is Kafka's default.
 */
final class KafkaLoadClient implements LoadClient {
    private static final Set<Workload> SUPPORTED = EnumSet.of(
            Workload.W1,
            Workload.W2,
            Workload.W3,
            Workload.W3R,
            Workload.W4,
            Workload.W4R,
            Workload.W5,
            Workload.W7FILL,
            Workload.W7DRAIN,
            Workload.W7BOTH);

    private static final short REPLICAS_OF_THE_SERVER = -1;

    private final String servers;
    private final int partitions;
    private final Admin admin;
    private final Set<String> topics = ConcurrentHashMap.newKeySet();
    private final Set<String> unwanted = ConcurrentHashMap.newKeySet();

    /** @param servers the first to be asked, as host:port */
    KafkaLoadClient(String servers, Workload workload) {
        this.servers = servers;
        this.partitions = Math.max(1, workload.shape().consumers());
        this.admin = Admin.create(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers));
    }

    @Override
    public Link connect() {
        return new KafkaLink();
    }

    /** Whether {@code workload} asks for nothing that it lacks. */
    static boolean canDo(Workload workload) {
        return SUPPORTED.contains(workload);
    }

    /** When all is closed: consumers would long try to tell a topic that is gone how far they are. */
    @Override
    public boolean remove(String queue) {
        boolean unused = unwanted.add(queue);
        return true;
    }

    @Override
    public void close() {
        try {
            Void unused = admin.deleteTopics(unwanted).all().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the topics " + unwanted + " could not be deleted: " + e.getMessage(), e);
        } finally {
            admin.close();
        }
    }

    private void create(String topic) throws Exception {
        if (!topics.add(topic)) {
            return;
        }
        try {
            NewTopic wanted = new NewTopic(topic, partitions, REPLICAS_OF_THE_SERVER);
            Void unused = admin.createTopics(List.of(wanted)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private static UnsupportedOperationException unsupported(String what) {
        return new UnsupportedOperationException("Kafka has no " + what);
    }

    /** Kafka's producers and consumers have connections of their own. */
    private final class KafkaLink implements Link {
        private @Nullable AutoCloseable opened;

        @Override
        public Producer producer(Target target) throws Exception {
            String topic = target.names().get(0);
            create(topic);
            KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers, ProducerConfig.ACKS_CONFIG, "all"),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
            opened = producer;
            return new TopicProducer(producer, topic);
        }

        @Override
        public Consumer consumer(Source source, Settlement settlement) throws Exception {
            if (source.kind() != Source.Kind.QUEUE || !source.selector().isEmpty()) {
                throw unsupported("consumers like " + source);
            }
            create(source.name());
            KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                    Map.of(
                            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                            servers,
                            ConsumerConfig.GROUP_ID_CONFIG,
                            source.name(),
                            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                            "earliest"),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
            opened = consumer;
            consumer.subscribe(List.of(source.name()));
            return new GroupConsumer(consumer);
        }

        @Override
        public void listen(List<String> queues, Arrivals arrivals) {
            throw unsupported("listeners");
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
            if (opened instanceof KafkaProducer<?, ?> producer) {
                producer.close(Duration.ofSeconds(1));
            } else if (opened instanceof KafkaConsumer<?, ?> consumer) {
                consumer.close();
            }
        }
    }

    private record TopicProducer(KafkaProducer<byte[], byte[]> producer, String topic) implements Producer {
        @Override
        public void send(Outgoing message) throws Exception {
            RecordMetadata unused =
                    producer.send(new ProducerRecord<>(topic, message.body())).get();
        }

        @Override
        public void sendAsynchronously(Outgoing message, Confirmations confirmations) {
            long start = message.start();
            Future<RecordMetadata> unused =
                    producer.send(new ProducerRecord<>(topic, message.body()), (metadata, failure) -> {
                        if (failure == null) {
                            confirmations.confirmed(start);
                        } else {
                            confirmations.failed(failure);
                        }
                    });
        }

        @Override
        public void commit() {
            throw unsupported("transactions here");
        }
    }

    private static final class GroupConsumer implements Consumer {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private Iterator<ConsumerRecord<byte[], byte[]>> batch = Collections.emptyIterator();

        GroupConsumer(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public long receive(long timeoutMillis) {
            if (!batch.hasNext()) {
                batch = consumer.poll(Duration.ofMillis(timeoutMillis)).iterator();
            }
            return batch.hasNext() ? Outgoing.startOf(batch.next().value()) : NONE;
        }

        /** Its client tells from time to time, and when it closes. */
        @Override
        public void settle() {}
    }
}
