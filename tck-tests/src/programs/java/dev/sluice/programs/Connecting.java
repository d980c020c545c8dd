package dev.sluice.programs;

import jakarta.jms.ConnectionFactory;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.connection.SingleConnectionFactory;

/** The ways in which applications of Spring come by their connections. */
enum Connecting {
    /** A connection for each operation. */
    EACH_TIME {
        @Override
        Source over(ConnectionFactory factory) {
            return new Source(factory, () -> {});
        }
    },
    /** Spring's one connection for all. */
    SINGLE {
        @Override
        Source over(ConnectionFactory factory) {
            SingleConnectionFactory single = new SingleConnectionFactory(factory);
            single.setReconnectOnException(true);
            return new Source(single, single::destroy);
        }
    },
    /** Spring's one connection whose sessions, producers and consumers are kept. */
    CACHING {
        @Override
        Source over(ConnectionFactory factory) {
            CachingConnectionFactory caching = new CachingConnectionFactory(factory);
            caching.setSessionCacheSize(10);
            return new Source(caching, caching::destroy);
        }
    },
    /** The pool of pooled-jms, which Spring Boot offers. */
    POOLED {
        @Override
        Source over(ConnectionFactory factory) {
            JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
            pool.setConnectionFactory(factory);
            pool.setMaxConnections(2);
            return new Source(pool, pool::stop);
        }
    };

    /** What to make connections with; {@code end} closes what it keeps. */
    record Source(ConnectionFactory factory, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    abstract Source over(ConnectionFactory factory);
}
