package dev.sluice.message;

import dev.sluice.wire.codec.BodyKind;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** An object, kept serialised: it is what it was when it was set, and each read gives a new copy. */
public final class SluiceObjectMessage extends SluiceMessage implements ObjectMessage {
    private final Deserialization policy;
    private EncodedBody body = EncodedBody.NULL;
    private boolean readOnly;

    /** Whether the bytes came from outside; what the application set itself may be read without a permit. */
    private boolean fromOutside;

    private @Nullable ClassLoader loader;

    /** A new message without an object. */
    public SluiceObjectMessage(Deserialization policy) {
        this.policy = policy;
    }

    @Override
    public void setObject(@Nullable Serializable object) throws JMSException {
        if (readOnly) {
            throw Faults.bodyReadOnly();
        }
        if (object == null) {
            body = EncodedBody.NULL;
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream stream = new ObjectOutputStream(bytes)) {
            stream.writeObject(object);
        } catch (IOException | RuntimeException failure) {
            throw Faults.of(
                    new MessageFormatException(
                            "an object of class " + object.getClass().getName() + " cannot be serialised: " + failure),
                    failure);
        } catch (StackOverflowError tooDeep) {
            throw new MessageFormatException(
                    "an object of class " + object.getClass().getName()
                            + " cannot be serialised: it is nested too deep for the stack of this thread");
        }
        body = EncodedBody.of(bytes.toByteArray());
        loader = object.getClass().getClassLoader();
    }

    @Override
    public @Nullable Serializable getObject() throws JMSException {
        body = body.inHeap();
        if (body.isNull()) {
            return null;
        }
        return fromOutside ? ObjectReader.read(body, policy) : ObjectReader.readOwn(body, loader);
    }

    @Override
    public void clearBody() {
        body.release();
        body = EncodedBody.NULL;
        fromOutside = false;
        readOnly = false;
        loader = null;
    }

    @Override
    public <T> @Nullable T getBody(Class<T> type) throws JMSException {
        Serializable object = getObject();
        if (object != null && !type.isInstance(object)) {
            throw notAssignable(type);
        }
        return object == null ? null : type.cast(object);
    }

    @Override
    public boolean isBodyAssignableTo(@SuppressWarnings("rawtypes") Class type) throws JMSException {
        try {
            Serializable object = getObject();
            return object == null || type.isInstance(object);
        } catch (MessageFormatException unreadable) {
            return false;
        }
    }

    @Override
    BodyKind bodyKind() {
        return BodyKind.OBJECT;
    }

    @Override
    EncodedBody encodedBody() {
        return body;
    }

    @Override
    void receivedBody(EncodedBody received) {
        body = received;
        readOnly = true;
        fromOutside = true;
    }
}
