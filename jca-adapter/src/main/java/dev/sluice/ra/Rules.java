package dev.sluice.ra;

import jakarta.jms.CompletionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Session;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;

/** What the standard forbids to applications in a container, and how a refusal is thrown in which API. Stateless. */
final class Rules {
    /** Which destinations a session is for; of one domain it refuses what belongs to the other. */
    enum Domain {
        ANY,
        QUEUE,
        TOPIC
    }

    private static final Set<String> NOT_OF_QUEUES = Set.of(
            "createTopic",
            "createTemporaryTopic",
            "createDurableSubscriber",
            "createDurableConsumer",
            "createSharedConsumer",
            "createSharedDurableConsumer",
            "unsubscribe");
    private static final Set<String> NOT_OF_TOPICS = Set.of("createQueue", "createTemporaryQueue", "createBrowser");
    private static final Set<String> OF_SESSIONS = Set.of("getMessageListener", "setMessageListener", "run");
    private static final Set<String> OF_CONTEXTS =
            Set.of("createContext", "setClientID", "setExceptionListener", "stop");

    /** Of consumers and producers of both APIs. */
    private static final Set<String> OF_THE_REST = Set.of("getMessageListener", "setMessageListener", "setAsync");

    private Rules() {}

    /** Refuses a call of a session or context that no application in a container may make. */
    static void checkSession(Method method, Object target, Domain domain) throws JMSException {
        String name = method.getName();
        if ((target instanceof JMSContext ? OF_CONTEXTS : OF_SESSIONS).contains(name)) {
            throw refusal(method, target, name + " is not for applications in a container");
        }
        if ((domain == Domain.QUEUE && NOT_OF_QUEUES.contains(name))
                || (domain == Domain.TOPIC && NOT_OF_TOPICS.contains(name))) {
            throw refusal(
                    method,
                    target,
                    name + " does not belong to a " + (domain == Domain.QUEUE ? "QueueSession" : "TopicSession"));
        }
    }

    /** The same for what was made by a session or context. */
    static void checkChild(Method method, Object target) throws JMSException {
        if (OF_THE_REST.contains(method.getName())
                || Arrays.asList(method.getParameterTypes()).contains(CompletionListener.class)) {
            throw refusal(
                    method,
                    target,
                    method.getName() + (method.getName().equals("send") ? " with a CompletionListener" : "")
                            + " is not for applications in a container: it would work beside the container's threads");
        }
    }

    /** Refuses modes that a session cannot have outside of a transaction of the container; within one the mode does not matter. */
    static void checkMode(int mode, boolean inTransaction) throws JMSException {
        if (!inTransaction && mode != Session.AUTO_ACKNOWLEDGE && mode != Session.DUPS_OK_ACKNOWLEDGE) {
            throw new JMSException("outside of a transaction of the container a session acknowledges by itself:"
                    + " mode " + mode + " is not AUTO_ACKNOWLEDGE (1) or DUPS_OK_ACKNOWLEDGE (3);"
                    + " for several messages in one go begin a transaction (UserTransaction, @Transactional)");
        }
    }

    /** A refusal in the family of exceptions of the API that is called; unchecked ones are thrown at once. */
    static JMSException refusal(Method method, Object target, String text) {
        boolean simplified =
                target instanceof JMSContext || target instanceof JMSProducer || target instanceof JMSConsumer;
        if (simplified || !Arrays.asList(method.getExceptionTypes()).contains(JMSException.class)) {
            throw new IllegalStateRuntimeException(text);
        }
        return new IllegalStateException(text);
    }
}
