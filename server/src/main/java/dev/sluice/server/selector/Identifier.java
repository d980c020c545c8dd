package dev.sluice.server.selector;

import org.agrona.concurrent.UnsafeBuffer;

/** A name in a selector and where its value is in a message: in a header field, or among the properties. */
record Identifier(String name, UnsafeBuffer nameBytes, Source source) {

    static Identifier of(String name) {
        return new Identifier(name, Bytes.utf8(name), Source.of(name));
    }

    /** Whether the name is reserved for header fields and none that a selector may see. */
    boolean isForbidden() {
        return source == Source.PROPERTY
                && name.startsWith("JMS")
                && !name.startsWith("JMSX")
                && !name.startsWith("JMS_");
    }

    /** The places in an envelope. */
    enum Source {
        DELIVERY_MODE("JMSDeliveryMode", Type.TEXT),
        PRIORITY("JMSPriority", Type.NUMBER),
        MESSAGE_ID("JMSMessageID", Type.TEXT),
        TIMESTAMP("JMSTimestamp", Type.NUMBER),
        CORRELATION_ID("JMSCorrelationID", Type.TEXT),
        TYPE("JMSType", Type.TEXT),
        GROUP_ID("JMSXGroupID", Type.TEXT),
        GROUP_SEQUENCE("JMSXGroupSeq", Type.NUMBER),
        USER_ID("JMSXUserID", Type.TEXT),
        /** Set on receipt, and so NULL wherever selectors are evaluated. */
        DELIVERY_COUNT("JMSXDeliveryCount", Type.NUMBER),
        PROPERTY("", Type.ANY);

        private static final Source[] ALL = values();

        private final String header;
        final Type type;

        Source(String header, Type type) {
            this.header = header;
            this.type = type;
        }

        private static Source of(String name) {
            for (Source source : ALL) {
                if (source.header.equals(name)) {
                    return source;
                }
            }
            return PROPERTY;
        }
    }
}
