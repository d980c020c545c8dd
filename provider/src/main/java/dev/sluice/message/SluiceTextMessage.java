package dev.sluice.message;

import dev.sluice.wire.codec.BodyKind;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A text, or none. What came is decoded when it is first read. */
public final class SluiceTextMessage extends SluiceMessage implements TextMessage {
    private @Nullable EncodedBody encoded;
    private @Nullable String text;
    private boolean readOnly;

    /** A new message without a text. */
    public SluiceTextMessage() {}

    @Override
    public void setText(@Nullable String value) throws JMSException {
        if (readOnly) {
            throw Faults.bodyReadOnly();
        }
        text = value;
    }

    @Override
    public @Nullable String getText() throws JMSException {
        EncodedBody waiting = encoded;
        if (waiting != null) {
            EncodedBody body = waiting.inHeap();
            text = body.isNull()
                    ? null
                    : new String(body.array(), body.offset(), body.length(), StandardCharsets.UTF_8);
            encoded = null;
        }
        return text;
    }

    @Override
    public void clearBody() {
        if (encoded != null) {
            encoded.release();
        }
        encoded = null;
        text = null;
        readOnly = false;
    }

    @Override
    public <T> @Nullable T getBody(Class<T> type) throws JMSException {
        String value = getText();
        if (value != null && !type.isInstance(value)) {
            throw notAssignable(type);
        }
        return value == null ? null : type.cast(value);
    }

    @Override
    public boolean isBodyAssignableTo(@SuppressWarnings("rawtypes") Class type) throws JMSException {
        String value = getText();
        return value == null || type.isInstance(value);
    }

    @Override
    BodyKind bodyKind() {
        return BodyKind.TEXT;
    }

    @Override
    EncodedBody encodedBody() {
        if (encoded != null) {
            return encoded;
        }
        String value = text;
        return value == null ? EncodedBody.NULL : EncodedBody.of(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    void receivedBody(EncodedBody body) {
        encoded = body;
        readOnly = true;
    }
}
