package dev.sluice.programs;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What listeners got: the texts in the order of their arrival. Thread-safe. */
final class Collected implements MessageListener {
    private final List<String> texts = Collections.synchronizedList(new ArrayList<>());
    private final List<String> redelivered = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void onMessage(Message message) {
        try {
            add(message);
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    void add(Message message) throws JMSException {
        String text = message.getBody(String.class);
        if (message.getJMSRedelivered() || message.getIntProperty("JMSXDeliveryCount") != 1) {
            redelivered.add(text);
        }
        texts.add(text);
    }

    void add(String text) {
        texts.add(text);
    }

    int size() {
        return texts.size();
    }

    List<String> texts() {
        return List.copyOf(texts);
    }

    /** What came marked as delivered before. */
    List<String> redelivered() {
        return List.copyOf(redelivered);
    }

    /** Waits for exactly {@code expected} messages, and that no further one comes. */
    Collected awaitExactly(int expected) {
        Moments.await(expected + " messages").until(this::size, size -> size >= expected);
        Moments.awaitSilence();
        assertThat(texts).hasSize(expected);
        return this;
    }

    /** Holds when each of {@code expected} came once and nothing else came; in any order. */
    void assertEachOnce(List<String> expected) {
        assertThat(faults(expected, texts)).isEmpty();
    }

    /** What of {@code expected} is missing from {@code actual}, doubled or strange. */
    static List<String> faults(List<String> expected, List<String> actual) {
        Map<String, Integer> times = new HashMap<>();
        actual.forEach(text -> times.merge(text, 1, Integer::sum));
        List<String> faults = new ArrayList<>();
        for (String text : expected) {
            Integer count = times.remove(text);
            if (count == null) {
                faults.add("missing: " + text);
            } else if (count != 1) {
                faults.add(count + " times: " + text);
            }
        }
        times.keySet().forEach(text -> faults.add("strange: " + text));
        return faults;
    }

    /** The texts {@code message 0} to {@code message count-1}. */
    static List<String> numbered(int count) {
        List<String> texts = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            texts.add("message " + number);
        }
        return texts;
    }
}
