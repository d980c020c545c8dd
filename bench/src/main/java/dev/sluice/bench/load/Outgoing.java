package dev.sluice.bench.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What a worker sends next: one object that it fills anew for each message. The first eight bytes of the body say when it started; clients copy it within the call. */
final class Outgoing {
    /** No property. */
    static final int NO_NUMBER = -1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] body;
    private int destination;
    private int number = NO_NUMBER;

    Outgoing(int bodyBytes) {
        body = new byte[bodyBytes];
    }

    void start(long startNanos) {
        LONGS.set(body, 0, startNanos);
    }

    /** The index of the queue it goes to. */
    void destination(int index) {
        destination = index;
    }

    /** The value of its property {@code n}. */
    void number(int value) {
        number = value;
    }

    long start() {
        return startOf(body);
    }

    byte[] body() {
        return body;
    }

    int destination() {
        return destination;
    }

    int number() {
        return number;
    }

    /** The start that a received body tells. */
    static long startOf(byte[] received) {
        return (long) LONGS.get(received, 0);
    }
}
