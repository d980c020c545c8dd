package dev.sluice.bench.peer;

import java.util.List;

/**
 * How a load generator reaches a server.
 *
 * @param api jms, kafka or rabbitmq
 * @param factory the class of the connection factory, with a constructor that takes the URL; empty when the API is not JMS
 */
public record Client(String api, String factory, String url) {
    static Client jms(String factory, String url) {
        return new Client("jms", factory, url);
    }

    static Client ofApi(String api, int port) {
        return new Client(api, "", "127.0.0.1:" + port);
    }

    /** It as options of the load generator. */
    public List<String> options() {
        return factory.isEmpty()
                ? List.of("--api", api, "--url", url)
                : List.of("--api", api, "--factory", factory, "--url", url);
    }
}
