package dev.sluice.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.system.ServerProcess;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.listener.SimpleMessageListenerContainer;
import org.springframework.jms.listener.adapter.MessageListenerAdapter;
import org.springframework.util.backoff.FixedBackOff;

/**
 * Applications of Spring while the server is killed with SIGKILL and started again: they do nothing about it, and no send fails. All
 * run beside each other, each with a queue and senders of its own, so that one series of kills is for all.
 */
class SpringKillIT {
    private static final int KILLS = 4;

    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    private final List<Load> loads = new ArrayList<>();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final List<Runnable> ends = new ArrayList<>();

    @AfterEach
    void end() {
        loads.forEach(Load::close);
        ends.forEach(Runnable::run);
    }

    @Test
    void noApplicationLosesOrDoublesAMessage() throws Exception {
        for (String mode : List.of("AUTO_ACKNOWLEDGE", "CLIENT_ACKNOWLEDGE", "DUPS_OK_ACKNOWLEDGE")) {
            run("default container, " + mode, polling("CACHE_CONSUMER", mode));
            run("simple container, " + mode, listening(mode));
        }
        run("default container that keeps its session", polling("CACHE_SESSION", "CLIENT_ACKNOWLEDGE"));
        run("default container that keeps its connection", polling("CACHE_CONNECTION", "AUTO_ACKNOWLEDGE"));
        run("default container that keeps nothing", polling("CACHE_NONE", "AUTO_ACKNOWLEDGE"));
        for (Connecting connecting : List.of(Connecting.SINGLE, Connecting.CACHING, Connecting.POOLED)) {
            receive("template, " + connecting, connecting);
        }
        subscribe("durable subscriber");
        ask("request and reply");

        Load.whileKilled(server, KILLS, loads);

        SoftAssertions each = new SoftAssertions();
        for (Load load : loads) {
            each.check(load::assertNothingLostOrDoubled);
        }
        each.assertAll();
        assertThat(errors).isEmpty();
    }

    // ---- senders

    private Load load(String name) {
        JmsTemplate single = template(Connecting.SINGLE);
        JmsTemplate caching = template(Connecting.CACHING);
        return load(name, new Load(name))
                .from("single", text -> single.convertAndSend(name, text))
                .from("caching", text -> caching.convertAndSend(name, text));
    }

    private Load load(String name, Load load) {
        loads.add(load);
        return load;
    }

    private JmsTemplate template(Connecting connecting) {
        Connecting.Source source = connecting.over(server.factory());
        ends.add(source::close);
        return new JmsTemplate(source.factory());
    }

    // ---- receivers

    private static DefaultMessageListenerContainer polling(String cacheLevel, String mode) {
        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setCacheLevelName(cacheLevel);
        container.setSessionAcknowledgeModeName(mode);
        container.setConcurrency("2-3");
        container.setReceiveTimeout(200);
        container.setBackOff(new FixedBackOff(100, FixedBackOff.UNLIMITED_ATTEMPTS));
        return container;
    }

    private static SimpleMessageListenerContainer listening(String mode) {
        SimpleMessageListenerContainer container = new SimpleMessageListenerContainer();
        container.setSessionAcknowledgeModeName(mode);
        container.setConcurrency("2");
        return container;
    }

    private void run(String name, AbstractMessageListenerContainer container) {
        start(name, container, load(name).collected());
    }

    private void start(String destination, AbstractMessageListenerContainer container, Object listener) {
        ConnectionFactory factory = server.factory();
        container.setConnectionFactory(factory);
        container.setDestinationName(destination);
        container.setMessageListener(listener);
        ends.add(0, container::shutdown);
        container.afterPropertiesSet();
        container.start();
    }

    /** A thread that receives with a template. */
    private void receive(String name, Connecting connecting) {
        Collected collected = load(name).collected();
        JmsTemplate receiving = template(connecting);
        receiving.setReceiveTimeout(200);
        AtomicBoolean on = new AtomicBoolean(true);
        Thread receiver = new Thread(
                () -> {
                    while (on.get()) {
                        Object text = receiving.receiveAndConvert(name);
                        if (text != null) {
                            collected.add((String) text);
                        }
                    }
                },
                name);
        receiver.setUncaughtExceptionHandler((thread, error) -> errors.add(error));
        receiver.start();
        ends.add(0, () -> {
            on.set(false);
            Moments.await("the receiver ends").until(() -> !receiver.isAlive());
        });
    }

    private void subscribe(String name) {
        Load load = load(name, new Load(name));
        DefaultMessageListenerContainer container = polling("CACHE_CONSUMER", "CLIENT_ACKNOWLEDGE");
        container.setConcurrency("1-1");
        container.setPubSubDomain(true);
        container.setSubscriptionDurable(true);
        container.setClientId("branch");
        start(name, container, load.collected());
        Moments.await("the subscription is there").until(container::isRegisteredWithDestination);
        JmsTemplate publishing = template(Connecting.CACHING);
        publishing.setPubSubDomain(true);
        load.from("publisher", text -> publishing.convertAndSend(name, text));
    }

    /** A client whose requests, and a service whose replies, meet the kills. */
    private void ask(String name) {
        JmsTemplate asking = template(Connecting.CACHING);
        asking.setReceiveTimeout(Moments.PATIENCE.toMillis());
        Object service = new Object() {
            @SuppressWarnings("unused") // called by Spring
            public String handleMessage(String question) {
                return "answer to " + question;
            }
        };
        start(name, polling("CACHE_CONSUMER", "AUTO_ACKNOWLEDGE"), new MessageListenerAdapter(service));
        Load load = load(name, new Load(name));
        load.from("question", question -> {
            try {
                String answer = asking.sendAndReceive(name, session -> session.createTextMessage(question))
                        .getBody(String.class);
                assertThat(answer).isEqualTo("answer to " + question);
                load.collected().add(question);
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        });
    }
}
