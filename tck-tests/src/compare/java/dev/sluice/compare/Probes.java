package dev.sluice.compare;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.naming.Referenceable;
import org.jspecify.annotations.Nullable;

/** What the program asks of each provider, in the order of the table. */
final class Probes {
    private static final long BLOCKED_SECONDS = 5;
    private static final int CELL_MAX = 150;

    private Probes() {}

    /** One question; the answer is a cell of the table. */
    @FunctionalInterface
    interface Probe {
        Object ask(Provider provider) throws Exception;
    }

    /** A call on a connection whose broker has gone away. */
    @FunctionalInterface
    private interface Call {
        @Nullable Object make(Talk talk) throws Exception;
    }

    /** What the calls are made on: all open before the broker goes. */
    private record Talk(
            Connection connection,
            Session automatic,
            Session client,
            Session transacted,
            MessageProducer producer,
            MessageConsumer consumer,
            Message held,
            Queue queue) {
        static Talk on(ConnectionFactory factory, String name) throws JMSException {
            Connection connection = factory.createConnection();
            connection.start();
            Session automatic = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            Session client = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
            Session transacted = connection.createSession(true, Session.SESSION_TRANSACTED);
            Queue queue = automatic.createQueue(name);
            MessageProducer producer = automatic.createProducer(queue);
            producer.send(automatic.createTextMessage("held"));
            MessageConsumer consumer = client.createConsumer(queue);
            Message held = consumer.receive(10_000);
            transacted.createProducer(queue).send(transacted.createTextMessage("open"));
            return new Talk(connection, automatic, client, transacted, producer, consumer, held, queue);
        }
    }

    /** Those that leave the broker where it is. */
    static Map<String, Probe> onRunning() {
        Map<String, Probe> probes = new LinkedHashMap<>();
        probes.put("toString of a queue", provider -> with(provider, session -> session.createQueue("a.b")));
        probes.put("toString of a topic", provider -> with(provider, session -> session.createTopic("a.b")));
        probes.put("toString of a session", provider -> with(provider, session -> session));
        probes.put(
                "toString of a producer",
                provider -> with(provider, session -> session.createProducer(session.createQueue("p"))));
        probes.put(
                "toString of a consumer",
                provider -> with(provider, session -> session.createConsumer(session.createQueue("p"), "a = 1")));
        probes.put("toString of a connection", provider -> {
            try (Connection connection = provider.factory().createConnection()) {
                return connection.toString();
            }
        });
        probes.put("toString of the factory", Provider::factory);
        probes.put(
                "toString of a message",
                provider -> with(provider, session -> {
                    Message message = session.createTextMessage("secret body");
                    session.createProducer(session.createQueue("text")).send(message);
                    return message;
                }));
        probes.put(
                "queues of the same name are equal",
                provider -> with(provider, session -> {
                    Queue one = session.createQueue("same");
                    return one.equals(session.createQueue("same"))
                            && one.hashCode() == session.createQueue("same").hashCode();
                }));
        probes.put(
                "a queue equals a topic of its name",
                provider -> with(provider, session -> (Object) session.createQueue("x"))
                        .equals(with(provider, session -> (Object) session.createTopic("x"))));
        probes.put("factory: Serializable, Referenceable", provider -> facts(provider.factory()));
        probes.put(
                "queue: Serializable, Referenceable",
                provider -> with(provider, session -> facts(session.createQueue("x"))));
        probes.put("meta data", provider -> {
            try (Connection connection = provider.factory().createConnection()) {
                ConnectionMetaData data = connection.getMetaData();
                return data.getJMSProviderName() + " " + data.getProviderMajorVersion() + "."
                        + data.getProviderMinorVersion() + ", JMS " + data.getJMSVersion() + ", "
                        + Collections.list(data.getJMSXPropertyNames());
            }
        });
        probes.put("thread of a listener", Probes::listenerThread);
        probes.put(
                "a wrong selector",
                provider -> fault(
                        () -> with(provider, session -> session.createConsumer(session.createQueue("q"), "a >"))));
        probes.put(
                "unsubscribe of what is not there",
                provider -> fault(() -> with(provider, session -> {
                    session.unsubscribe("nothing");
                    return "";
                })));
        probes.put(
                "nothing listens at the port",
                provider -> fault(() -> provider.unreachable().createConnection()));
        return probes;
    }

    /** Those for which the broker goes away; each is asked on a connection of its own, opened before. */
    private static Map<String, Call> calls() {
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("send, persistent", talk -> {
            talk.producer.send(talk.automatic.createTextMessage("late"));
            return null;
        });
        calls.put("receive(2000)", talk -> talk.consumer.receive(2_000));
        calls.put("receiveNoWait()", talk -> talk.consumer.receiveNoWait());
        calls.put("acknowledge()", talk -> {
            talk.held.acknowledge();
            return null;
        });
        calls.put("commit()", talk -> {
            talk.transacted.commit();
            return null;
        });
        calls.put("rollback()", talk -> {
            talk.transacted.rollback();
            return null;
        });
        calls.put("createSession()", talk -> "" + (talk.connection.createSession() != null));
        calls.put("createConsumer()", talk -> "" + (talk.automatic.createConsumer(talk.queue) != null));
        calls.put("browse", talk -> {
            QueueBrowser browser = talk.automatic.createBrowser(talk.queue);
            return Collections.list(browser.getEnumeration()).size();
        });
        calls.put("Session.close()", talk -> {
            talk.client.close();
            return null;
        });
        calls.put("Connection.close()", talk -> {
            talk.connection.close();
            return null;
        });
        return calls;
    }

    /** Opens what the calls need, lets the broker go, and makes the calls, all at once. */
    static Map<String, String> withoutBroker(Provider provider) throws Exception {
        Map<String, Talk> talks = new LinkedHashMap<>();
        for (String call : calls().keySet()) {
            talks.put(call, Talk.on(provider.factory(), "away." + talks.size()));
        }
        provider.vanish();
        Map<String, CompletableFuture<String>> running = new LinkedHashMap<>();
        calls().forEach((name, call) -> running.put(name, later(() -> call.make(talks.get(name)))));
        Map<String, String> outcomes = new LinkedHashMap<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BLOCKED_SECONDS);
        for (Map.Entry<String, CompletableFuture<String>> each : running.entrySet()) {
            outcomes.put("broker gone: " + each.getKey(), outcome(each.getValue(), end - System.nanoTime()));
        }
        return outcomes;
    }

    private static CompletableFuture<String> later(java.util.concurrent.Callable<@Nullable Object> call) {
        CompletableFuture<String> future = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            long start = System.nanoTime();
            String text = fault(call);
            future.complete(text + " after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
        });
        thread.setDaemon(true);
        thread.start();
        return future;
    }

    private static String outcome(CompletableFuture<String> future, long nanos)
            throws InterruptedException, ExecutionException {
        try {
            return future.get(Math.max(1, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException waiting) {
            return "waits for the broker";
        }
    }

    // ---- how answers are made

    @FunctionalInterface
    private interface OnSession<T> {
        T ask(Session session) throws JMSException;
    }

    private static <T> Object with(Provider provider, OnSession<T> question) throws Exception {
        try (Connection connection = provider.factory().createConnection()) {
            T answer = question.ask(connection.createSession());
            return answer instanceof Boolean || answer instanceof jakarta.jms.Destination
                    ? answer
                    : String.valueOf(answer);
        }
    }

    private static String facts(Object object) {
        String serializable;
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(object);
            }
            Object copy;
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                copy = in.readObject();
            }
            serializable = copy.equals(object) ? "yes, an equal copy" : "yes";
        } catch (Exception notSerializable) {
            serializable = "no (" + notSerializable.getClass().getSimpleName() + ")";
        }
        return serializable + ", " + (object instanceof Referenceable ? "yes" : "no");
    }

    private static String listenerThread(Provider provider) throws Exception {
        try (Connection connection = provider.factory().createConnection()) {
            Session session = connection.createSession();
            Queue queue = session.createQueue("threads");
            CompletableFuture<String> name = new CompletableFuture<>();
            session.createConsumer(queue)
                    .setMessageListener(
                            message -> name.complete(Thread.currentThread().getName()));
            connection.start();
            Session sender = connection.createSession();
            sender.createProducer(queue).send(sender.createMessage());
            return name.get(10, TimeUnit.SECONDS);
        }
    }

    private static String fault(java.util.concurrent.Callable<? extends @Nullable Object> call) {
        try {
            Object result = call.call();
            return result == null ? "done" : "gave " + result.getClass().getSimpleName() + " " + result;
        } catch (JMSException error) {
            return error.getClass().getSimpleName() + " [" + error.getErrorCode() + "] \"" + error.getMessage()
                    + "\", cause "
                    + (error.getCause() == null
                            ? "none"
                            : error.getCause().getClass().getSimpleName()) + ", linked "
                    + (error.getLinkedException() == null ? "none" : "yes");
        } catch (Exception error) {
            return error.toString();
        }
    }

    /** Short enough for a table. */
    static String cell(Object answer) {
        String text = String.valueOf(answer).replace('\n', ' ').replace('|', '/');
        return text.length() <= CELL_MAX ? text : text.substring(0, CELL_MAX) + "…";
    }
}
