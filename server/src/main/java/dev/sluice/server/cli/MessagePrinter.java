package dev.sluice.server.cli;

import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints messages: the body and a line end, or a line of JSON with everything. */
final class MessagePrinter {
    private static final int PIECE_BYTES = 64 * 1024;
    /** More does not fit into one line of JSON, as base64 in one string. */
    private static final int JSON_BYTES_MAX = 512 * 1024 * 1024;

    private final Terminal terminal;
    private final boolean json;

    MessagePrinter(Terminal terminal, boolean json) {
        this.terminal = terminal;
        this.json = json;
    }

    void print(Message message) throws JMSException, Terminal.BrokenPipe {
        if (json) {
            terminal.line(Json.of(all(message)));
        } else if (message instanceof TextMessage text) {
            String body = text.getText();
            terminal.line(body == null ? "" : body);
        } else if (message instanceof BytesMessage bytes) {
            copy(bytes);
        } else {
            terminal.line(Json.of(body(message)));
        }
    }

    private void copy(BytesMessage message) throws JMSException, Terminal.BrokenPipe {
        byte[] piece = new byte[PIECE_BYTES];
        int read = message.readBytes(piece);
        while (read > 0) {
            terminal.bytes(read == piece.length ? piece : java.util.Arrays.copyOf(piece, read));
            read = message.readBytes(piece);
        }
        terminal.line("");
    }

    private static Map<String, @Nullable Object> all(Message message) throws JMSException {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("id", message.getJMSMessageID());
        all.put("destination", name(message.getJMSDestination()));
        all.put("timestamp", message.getJMSTimestamp());
        putKnown(all, "type", message.getJMSType());
        putKnown(all, "correlationId", message.getJMSCorrelationID());
        putKnown(all, "replyTo", name(message.getJMSReplyTo()));
        all.put("priority", message.getJMSPriority());
        all.put("persistent", message.getJMSDeliveryMode() == jakarta.jms.DeliveryMode.PERSISTENT);
        putKnown(all, "expiration", message.getJMSExpiration() == 0 ? null : message.getJMSExpiration());
        all.put("redelivered", message.getJMSRedelivered());
        all.put("properties", properties(message));
        all.put("kind", kind(message));
        all.put("body", body(message));
        return all;
    }

    private static void putKnown(Map<String, @Nullable Object> all, String key, @Nullable Object value) {
        if (value != null) {
            all.put(key, value);
        }
    }

    private static Map<String, @Nullable Object> properties(Message message) throws JMSException {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        Enumeration<?> names = message.getPropertyNames();
        while (names.hasMoreElements()) {
            String name = (String) names.nextElement();
            properties.put(name, message.getObjectProperty(name));
        }
        return properties;
    }

    private static @Nullable String name(@Nullable Destination destination) throws JMSException {
        if (destination instanceof Queue queue) {
            return "queue:" + queue.getQueueName();
        }
        return destination instanceof Topic topic ? "topic:" + topic.getTopicName() : null;
    }

    private static String kind(Message message) {
        if (message instanceof TextMessage) {
            return "text";
        } else if (message instanceof BytesMessage) {
            return "base64";
        } else if (message instanceof MapMessage) {
            return "map";
        } else if (message instanceof StreamMessage) {
            return "stream";
        }
        return message instanceof ObjectMessage ? "object" : "none";
    }

    private static @Nullable Object body(Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            return text.getText();
        } else if (message instanceof BytesMessage bytes) {
            return base64(bytes);
        } else if (message instanceof MapMessage map) {
            return entries(map);
        }
        return message instanceof StreamMessage stream ? values(stream) : null;
    }

    private static Object base64(BytesMessage message) throws JMSException {
        long length = message.getBodyLength();
        if (length > JSON_BYTES_MAX) {
            return "(" + length + " bytes are too long for JSON; receive without --json)";
        }
        byte[] body = new byte[(int) length];
        int read = length == 0 ? 0 : message.readBytes(body);
        return Base64.getEncoder().encodeToString(read == length ? body : new byte[0]);
    }

    private static Map<String, @Nullable Object> entries(MapMessage message) throws JMSException {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        Enumeration<?> names = message.getMapNames();
        while (names.hasMoreElements()) {
            String name = (String) names.nextElement();
            entries.put(name, plain(message.getObject(name)));
        }
        return entries;
    }

    private static List<@Nullable Object> values(StreamMessage message) throws JMSException {
        List<@Nullable Object> values = new ArrayList<>();
        while (true) {
            try {
                values.add(plain(message.readObject()));
            } catch (MessageEOFException e) {
                return values;
            }
        }
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : value;
    }
}
