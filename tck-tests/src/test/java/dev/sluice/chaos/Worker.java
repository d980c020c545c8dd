package dev.sluice.chaos;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.chaos.Workload.Part;
import dev.sluice.system.FirstConnect;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * A thread that uses Sluice as applications do, and writes down what it does. A call that fails ends its life, that is its connection, and
 * another one begins; whether it was right to fail is judged afterwards.
 */
abstract class Worker implements Runnable {
    /** A life that ends within this time is not worth a new one: something is wrong for good. */
    private static final int LIVES_MAX = 200;

    /**
     * What it is told.
     *
     * @param incarnation which process of the client it is, since one was killed after the other
     * @param url of the servers, with options
     * @param rate messages a second, of a worker that sends
     */
    record Order(Part part, int incarnation, Path directory, String url, SplittableRandom random, int rate) {}

    final Order order;
    final Journal journal;
    final Phase phase;

    Worker(Order order) {
        this.order = order;
        this.phase = new Phase(order.directory);
        try {
            journal =
                    new Journal(order.directory.resolve(order.part.name() + "." + order.incarnation + Journal.SUFFIX));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Worker of(Order order) {
        return switch (order.part.kind()) {
            case SEND, BATCH -> new Sender(order);
            case TAKE, ACKNOWLEDGE -> new Taker(order);
            case MOVE -> new Mover(order);
            case GLOBAL -> new GlobalMover(order);
        };
    }

    @Override
    public void run() {
        boolean done = false;
        for (int life = 0; !done && life < LIVES_MAX; life++) {
            String maker = order.part.name() + "." + order.incarnation + "." + life;
            journal.life(maker);
            try {
                live(maker);
                journal.end();
                done = true;
                // Whatever a call throws is part of the result.
            } catch (Exception e) {
                journal.failed(e);
                e.printStackTrace(System.out);
            }
        }
    }

    /** Works until the phase of the run is over; what it opens it closes. {@code maker} is its name for as long. */
    abstract void live(String maker) throws Exception;

    /** With further options of the URL. */
    SluiceConnectionFactory factory(String options) {
        return new SluiceConnectionFactory(order.url + options);
    }

    /** The first connect may meet a fault. */
    Connection connect(String options) {
        SluiceConnectionFactory factory = factory(options);
        return FirstConnect.of(factory::createConnection);
    }

    static Destination destination(Session session, String name) throws JMSException {
        return Workload.isTopic(name)
                ? session.createTopic(Workload.plainName(name))
                : session.createQueue(Workload.plainName(name));
    }
}
