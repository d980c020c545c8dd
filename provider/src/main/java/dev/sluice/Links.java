package dev.sluice;

import dev.sluice.jms.Connector.Opener;

/** Opens links over sockets. */
final class Links {
    static final Opener OPENER = (options, listener) -> {
        throw new UnsupportedOperationException();
    };

    private Links() {}
}
