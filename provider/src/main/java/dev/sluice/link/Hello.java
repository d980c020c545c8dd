package dev.sluice.link;

import dev.sluice.wire.ClientFrameWriter;
import dev.sluice.wire.Wire;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a link says first on each socket: the same each time, but for the session and what it learned of the servers. Immutable. */
final class Hello {
    private static final byte[] CLIENT = utf8("sluice-java");

    private final LinkOptions options;
    private final LinkMachine.Identity identity;

    Hello(LinkOptions options, LinkMachine.Identity identity) {
        this.options = options;
        this.identity = identity;
    }

    /** {@code unreached}: the server that need not be named in a Redirect again. */
    void write(ClientFrameWriter frame, long sessionId, String unreached) {
        byte[] clientId = utf8(options.clientId());
        byte[] user = utf8(options.user());
        byte[] password = utf8(options.password());
        byte[] avoided = utf8(unreached);
        frame.end(frame.hello(clientId.length + user.length + password.length + CLIENT.length + avoided.length)
                .protocolVersion(Wire.PROTOCOL_VERSION)
                .sessionId(sessionId)
                .keyHigh(identity.keyHigh())
                .keyLow(identity.keyLow())
                .heartbeatMillis(Math.min(Integer.MAX_VALUE, options.heartbeat().toMillis()))
                .shard(options.shard())
                .putNamespaceName(CLIENT, 0, 0)
                .putClientId(clientId, 0, clientId.length)
                .putUser(user, 0, user.length)
                .putPassword(password, 0, password.length)
                .putClient(CLIENT, 0, CLIENT.length)
                .putUnreached(avoided, 0, avoided.length)
                .limit());
    }

    private static byte[] utf8(@Nullable String text) {
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }
}
