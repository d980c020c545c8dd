package dev.sluice.message;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.TypedValueReader;
import dev.sluice.wire.TypedValueWriter;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The properties of one message. Received ones stay as they came until someone asks for one by name; what the standard defines
 * itself (group, delivery count, user) is kept apart, as in the envelope. One owner.
 */
final class MessageProperties {
    private static final int SMALLEST_BUFFER_BYTES = 256;

    private EncodedBody encoded = EncodedBody.EMPTY;
    private @Nullable Map<String, @Nullable Object> values;
    private boolean readOnly;

    private @Nullable String groupId;
    private @Nullable Integer groupSequence;
    private @Nullable Integer deliveryCount;
    private @Nullable String userId;

    /** What came, from now on read-only. */
    void received(EncodedBody properties, int deliveries) {
        encoded = properties;
        deliveryCount = deliveries;
        readOnly = true;
    }

    void receivedGroup(@Nullable String id, @Nullable Integer sequence) {
        groupId = id;
        groupSequence = sequence;
    }

    void receivedUser(String user) {
        userId = user;
    }

    @Nullable String groupId() {
        return groupId;
    }

    @Nullable Integer groupSequence() {
        return groupSequence;
    }

    @Nullable Object value(@Nullable String name) throws JMSException {
        if (name == null) {
            return null;
        }
        Object standard = PropertyNames.isStandard(name) ? standard(name) : null;
        return standard != null ? standard : values().get(name);
    }

    boolean exists(@Nullable String name) throws JMSException {
        return name != null
                && ((PropertyNames.isStandard(name) && standard(name) != null) || values().containsKey(name));
    }

    Enumeration<String> names() throws JMSException {
        Set<String> names = new LinkedHashSet<>(values().keySet());
        for (String name : new String[] {
            PropertyNames.GROUP_ID, PropertyNames.GROUP_SEQUENCE, PropertyNames.DELIVERY_COUNT, PropertyNames.USER_ID
        }) {
            if (standard(name) != null) {
                names.add(name);
            }
        }
        return Collections.enumeration(names);
    }

    void set(@Nullable String name, @Nullable Object value) throws JMSException {
        String checked = PropertyNames.check(name);
        if (readOnly) {
            throw Faults.propertiesReadOnly();
        }
        Conversions.checkProperty(value);
        if (checked.equals(PropertyNames.GROUP_ID)) {
            groupId = text(value);
        } else if (checked.equals(PropertyNames.GROUP_SEQUENCE)) {
            groupSequence = value == null ? null : (Integer) Conversions.toInt(value);
        } else {
            put(values(), checked, value);
        }
    }

    /** Puts an entry, as long as the wire form can count them. */
    static void put(Map<String, @Nullable Object> entries, String name, @Nullable Object value) throws JMSException {
        if (entries.size() >= TypedValueWriter.MAP_ENTRIES_MAX && !entries.containsKey(name)) {
            throw new MessageFormatException("there are " + entries.size() + " names already, which is the limit of "
                    + TypedValueWriter.MAP_ENTRIES_MAX);
        }
        entries.put(name, value);
    }

    void clear() {
        encoded = EncodedBody.EMPTY;
        values = null;
        groupId = null;
        groupSequence = null;
        deliveryCount = null;
        userId = null;
        readOnly = false;
    }

    /**
     * The properties as the envelope has them, without those of the standard: the ones that a client sets have fields of their own,
     * and the others are not the client's to send.
     */
    EncodedBody encode() {
        Map<String, @Nullable Object> current = values;
        if (readOnly || current == null || current.isEmpty()) {
            return encoded;
        }
        MutableDirectBuffer buffer = new ExpandableArrayBuffer(SMALLEST_BUFFER_BYTES);
        TypedValueWriter writer = new TypedValueWriter(buffer, 0);
        writer.writeMapCount(0);
        int count = 0;
        for (Map.Entry<String, @Nullable Object> entry : current.entrySet()) {
            if (!PropertyNames.isStandard(entry.getKey())) {
                writer.writeName(entry.getKey());
                writer.writeObject(entry.getValue());
                count++;
            }
        }
        int end = writer.position();
        writer.position(0);
        writer.writeMapCount(count);
        return new EncodedBody(buffer.byteArray(), 0, end, null);
    }

    /** Reads the entries of a map from its wire form. */
    static Map<String, @Nullable Object> decode(EncodedBody map, String what) throws JMSException {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        if (map.length() == 0) {
            return entries;
        }
        try {
            TypedValueReader reader =
                    new TypedValueReader().wrap(new UnsafeBuffer(map.array()), map.offset(), map.length());
            for (int left = reader.mapCount(); left > 0; left--) {
                reader.nextName();
                String name = reader.name();
                byte unused = reader.nextValue();
                entries.put(name, reader.value());
            }
            reader.end();
        } catch (MalformedException fault) {
            throw Faults.malformed(what, fault);
        }
        return entries;
    }

    private Map<String, @Nullable Object> values() throws JMSException {
        Map<String, @Nullable Object> current = values;
        if (current == null) {
            current = decode(encoded, "properties");
            if (!readOnly) {
                encoded = EncodedBody.EMPTY;
            }
            values = current;
        }
        return current;
    }

    private @Nullable Object standard(String name) {
        return switch (name) {
            case PropertyNames.GROUP_ID -> groupId;
            case PropertyNames.GROUP_SEQUENCE -> groupSequence;
            case PropertyNames.DELIVERY_COUNT -> deliveryCount;
            case PropertyNames.USER_ID -> userId;
            default -> null;
        };
    }

    private static @Nullable String text(@Nullable Object value) throws JMSException {
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new MessageFormatException(
                PropertyNames.GROUP_ID + " is a String, not " + value.getClass().getSimpleName());
    }
}
