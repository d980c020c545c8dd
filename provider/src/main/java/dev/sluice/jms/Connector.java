package dev.sluice.jms;

import dev.sluice.ClientOptions;
import dev.sluice.jms.ClassicConnection.Domain;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkOptions;
import jakarta.jms.JMSException;
import java.net.SocketAddress;
import java.util.List;

/** Opens connections: the link first, then the connection on it. Stateless. */
public final class Connector {
    private Connector() {}

    /** How links are opened. */
    public interface Opener {
        /** Opens one, and waits until the server has welcomed it. */
        Link open(LinkOptions options, LinkListener listener) throws LinkException, InterruptedException;
    }

    /** Makes the connection on an open link. */
    @FunctionalInterface
    private interface Maker<C extends ClassicConnection> {
        C make(Domain domain, ClientOptions options, Link link, LinkEvents events);
    }

    /** A connection to one of {@code servers}, which says who may connect. */
    public static ClassicConnection open(
            Domain domain, ClientOptions options, List<SocketAddress> servers, Opener opener) throws JMSException {
        return open(domain, options, servers, opener, ClassicConnection::new);
    }

    /** As {@link #open}, for global transactions. */
    public static ClassicXaConnection openXa(
            Domain domain, ClientOptions options, List<SocketAddress> servers, Opener opener) throws JMSException {
        return open(domain, options, servers, opener, ClassicXaConnection::new);
    }

    private static <C extends ClassicConnection> C open(
            Domain domain, ClientOptions options, List<SocketAddress> servers, Opener opener, Maker<C> maker)
            throws JMSException {
        ClientOptions.Identity identity = options.identity();
        ClientOptions.Times times = options.times();
        LinkOptions linkOptions = new LinkOptions(
                servers,
                identity.clientId() == null ? "" : identity.clientId(),
                identity.user(),
                identity.password(),
                times.reconnectFor(),
                times.connectTimeout(),
                times.heartbeat());
        LinkEvents events = new LinkEvents();
        Link link;
        try {
            link = opener.open(linkOptions, events);
        } catch (LinkException refused) {
            throw JmsErrors.of(refused);
        } catch (InterruptedException interrupt) {
            throw JmsErrors.interrupted("connecting", interrupt);
        }
        C connection = maker.make(domain, options, link, events);
        events.attach(connection);
        return connection;
    }
}
