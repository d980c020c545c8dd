package dev.sluice.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Messages of all types with anything in them, and what an application sees of their bodies. */
final class RandomMessages {
    private RandomMessages() {}

    static SluiceMessage body(SplittableRandom random) throws JMSException {
        switch (random.nextInt(6)) {
            case 0 -> {
                SluiceTextMessage message = new SluiceTextMessage();
                message.setText(random.nextInt(5) == 0 ? null : text(random));
                return message;
            }
            case 1 -> {
                SluiceBytesMessage message = new SluiceBytesMessage();
                for (int pieces = random.nextInt(5); pieces > 0; pieces--) {
                    message.writeBytes(bytes(random));
                }
                return message;
            }
            case 2 -> {
                SluiceMapMessage message = new SluiceMapMessage();
                for (int entries = random.nextInt(8); entries > 0; entries--) {
                    message.setObject("name " + text(random), field(random));
                }
                return message;
            }
            case 3 -> {
                SluiceStreamMessage message = new SluiceStreamMessage();
                for (int values = random.nextInt(8); values > 0; values--) {
                    message.writeObject(field(random));
                }
                return message;
            }
            case 4 -> {
                SluiceObjectMessage message = new SluiceObjectMessage(Deserialization.NONE);
                message.setObject(random.nextInt(5) == 0 ? null : (java.io.Serializable) field(random));
                return message;
            }
            default -> {
                return new SluiceMessage();
            }
        }
    }

    static void properties(SluiceMessage message, SplittableRandom random) throws JMSException {
        for (int count = random.nextInt(6); count > 0; count--) {
            message.setObjectProperty("p" + random.nextInt(20), property(random));
        }
        if (random.nextInt(3) == 0) {
            message.setStringProperty("JMSXGroupID", text(random));
        }
        if (random.nextInt(3) == 0) {
            message.setIntProperty("JMSXGroupSeq", random.nextInt());
        }
    }

    static void seenBody(SluiceMessage message, Map<String, @Nullable Object> seen) throws JMSException {
        if (message instanceof SluiceTextMessage text) {
            seen.put("text", text.getText());
        } else if (message instanceof SluiceBytesMessage bytes) {
            seen.put("bytes", bytes.getBody(byte[].class));
        } else if (message instanceof SluiceMapMessage map) {
            for (String name : Collections.list(map.getMapNames())) {
                seen.put("entry " + name, map.getObject(name));
            }
        } else if (message instanceof SluiceStreamMessage stream) {
            seen.put("values", values(stream));
        } else if (message instanceof SluiceObjectMessage object) {
            seen.put("object", object.getObject());
        }
    }

    static List<@Nullable Object> values(SluiceStreamMessage stream) throws JMSException {
        List<@Nullable Object> values = new ArrayList<>();
        stream.reset();
        try {
            while (true) {
                values.add(stream.readObject());
            }
        } catch (MessageEOFException end) {
            stream.reset();
            return values;
        }
    }

    static @Nullable Object field(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> (char) random.nextInt(0xd800);
            case 1 -> bytes(random);
            default -> property(random);
        };
    }

    private static @Nullable Object property(SplittableRandom random) {
        return switch (random.nextInt(9)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> (byte) random.nextInt();
            case 3 -> (short) random.nextInt();
            case 4 -> random.nextInt();
            case 5 -> random.nextLong();
            case 6 -> (float) random.nextDouble();
            case 7 -> random.nextDouble();
            default -> text(random);
        };
    }

    static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(20); length > 0; length--) {
            text.appendCodePoint(random.nextInt(4) == 0 ? random.nextInt(0x1f300, 0x1f600) : random.nextInt(1, 0x250));
        }
        return text.toString();
    }

    static byte[] bytes(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        return bytes;
    }
}
