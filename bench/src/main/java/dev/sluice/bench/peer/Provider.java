package dev.sluice.bench.peer;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A product that can be measured: how its server is configured and started, and how clients reach it. */
public interface Provider {
    /** As on the command line and in results. */
    String name();

    /** Why it cannot be measured on this machine, in one sentence; empty when it can. */
    default Optional<String> refusal() {
        return Optional.empty();
    }

    /** Fetches what is missing to start it and its client; may take minutes the first time. */
    void fetch(Home home) throws IOException, InterruptedException;

    /** The server's version; fetched before. */
    String version(Home home) throws IOException;

    /** What a send waits for until it is confirmed, in one sentence. */
    String waitsFor(boolean persistent);

    /** Writes the configuration of a server that has not run yet. */
    void prepare(Place place) throws IOException, InterruptedException;

    /** Starts the server in the foreground, the first time or again on the same data. */
    List<String> command(Place place) throws IOException;

    /** Added to the environment of the server. */
    default Map<String, String> environment(Place place) {
        return Map.of();
    }

    /** Called when the server answers: fails when it does not run as it was configured. */
    default void check(Place place) throws IOException {}

    /** How clients reach the server that is there. */
    Client client(Place place);

    /** The class path of the load generator. */
    List<String> clientClassPath(Home home) throws IOException;
}
