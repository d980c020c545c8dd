package dev.sluice.jms;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;

/** How a producer sends. Immutable; every value is in the range the standard gives it. */
record SendOptions(
        int deliveryMode,
        int priority,
        long timeToLiveMillis,
        long delayMillis,
        boolean idDisabled,
        boolean timestampDisabled) {
    /** The defaults of the standard. */
    static final SendOptions DEFAULT = new SendOptions(
            Message.DEFAULT_DELIVERY_MODE,
            Message.DEFAULT_PRIORITY,
            Message.DEFAULT_TIME_TO_LIVE,
            Message.DEFAULT_DELIVERY_DELAY,
            false,
            false);

    private static final int PRIORITY_MAX = 9;

    boolean isPersistent() {
        return deliveryMode == DeliveryMode.PERSISTENT;
    }

    SendOptions withDeliveryMode(int mode) throws JMSException {
        if (mode != DeliveryMode.PERSISTENT && mode != DeliveryMode.NON_PERSISTENT) {
            throw new JMSException("delivery mode " + mode + " is not one of NON_PERSISTENT (1) and PERSISTENT (2)");
        }
        return new SendOptions(mode, priority, timeToLiveMillis, delayMillis, idDisabled, timestampDisabled);
    }

    SendOptions withPriority(int value) throws JMSException {
        if (value < 0 || value > PRIORITY_MAX) {
            throw new JMSException("priority " + value + " is outside of 0 to " + PRIORITY_MAX);
        }
        return new SendOptions(deliveryMode, value, timeToLiveMillis, delayMillis, idDisabled, timestampDisabled);
    }

    SendOptions withTimeToLive(long millis) throws JMSException {
        if (millis < 0) {
            throw new JMSException("a time to live of " + millis + " ms is negative; 0 means for ever");
        }
        return new SendOptions(deliveryMode, priority, millis, delayMillis, idDisabled, timestampDisabled);
    }

    SendOptions withDelay(long millis) throws JMSException {
        if (millis < 0) {
            throw new JMSException("a delivery delay of " + millis + " ms is negative; 0 means none");
        }
        return new SendOptions(deliveryMode, priority, timeToLiveMillis, millis, idDisabled, timestampDisabled);
    }

    SendOptions withIdDisabled(boolean disabled) {
        return new SendOptions(deliveryMode, priority, timeToLiveMillis, delayMillis, disabled, timestampDisabled);
    }

    SendOptions withTimestampDisabled(boolean disabled) {
        return new SendOptions(deliveryMode, priority, timeToLiveMillis, delayMillis, idDisabled, disabled);
    }
}
