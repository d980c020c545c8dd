package dev.sluice.spring;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an application says of Sluice. Immutable.
 *
 * @param url URL of the servers, with options: sluice://host:7676,host2:7676?prefetch=1. Without one there is an embedded server where
 *     sluice-server is on the class path, and otherwise sluice://localhost:7676.
 * @param user User to log in as.
 * @param password Password of the user.
 * @param embedded the server in this JVM
 * @param pool the pool of connections
 */
@ConfigurationProperties("sluice")
public record SluiceProperties(
        @Nullable String url,
        @Nullable String user,
        @Nullable String password,
        @DefaultValue Embedded embedded,
        @DefaultValue Pool pool) {
    /** Never the password. */
    @Override
    public String toString() {
        return "SluiceProperties[url=" + url + ", user=" + user + "]";
    }

    /**
     * The server in this JVM.
     *
     * @param enabled Whether to start a server in this JVM when there is no URL and sluice-server is on the class path.
     * @param dataDirectory Directory in which the embedded server keeps its messages. Without one it keeps them in memory.
     * @param shards Into how many shards the embedded server divides its destinations, 1 to 64. By default as many as its data has.
     */
    public record Embedded(
            @DefaultValue("true") boolean enabled,
            @Nullable Path dataDirectory,
            @DefaultValue("0") int shards) {}

    /**
     * The pool of connections, of org.messaginghub:pooled-jms.
     *
     * @param enabled Whether a JmsPoolConnectionFactory should be created, instead of a regular ConnectionFactory.
     * @param blockIfFull Whether to block when a connection is requested and the pool is full. Set it to false to throw a JMSException
     *     instead.
     * @param blockIfFullTimeout Blocking period before throwing an exception if the pool is still full.
     * @param idleTimeout Connection idle timeout.
     * @param maxConnections Maximum number of pooled connections.
     * @param maxSessionsPerConnection Maximum number of pooled sessions per connection in the pool.
     * @param timeBetweenExpirationCheck Time to sleep between runs of the idle connection eviction thread. When negative, no idle
     *     connection eviction thread runs.
     * @param useAnonymousProducers Whether to use only one anonymous MessageProducer instance. Set it to false to create one
     *     MessageProducer every time one is required.
     */
    public record Pool(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("true") boolean blockIfFull,
            @DefaultValue("-1ms") Duration blockIfFullTimeout,
            @DefaultValue("30s") Duration idleTimeout,
            @DefaultValue("1") int maxConnections,
            @DefaultValue("500") int maxSessionsPerConnection,
            @DefaultValue("-1ms") Duration timeBetweenExpirationCheck,
            @DefaultValue("true") boolean useAnonymousProducers) {}
}
