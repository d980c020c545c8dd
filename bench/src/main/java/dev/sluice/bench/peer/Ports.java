package dev.sluice.bench.peer;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback address, each given out once. Below the range from which systems take ports for outgoing connections: nobody else gets one while its server restarts. */
final class Ports {
    private static final int FIRST = 20_000;
    private static final int COUNT = 10_000;
    private static final int TRIED = 100;
    private static final int CONNECT_MILLIS = 1_000;

    private final Set<Integer> given = new HashSet<>();

    int next() throws IOException {
        for (int attempt = 0; attempt < TRIED; attempt++) {
            int candidate = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
            if (isFree(candidate) && given.add(candidate)) {
                return candidate;
            }
        }
        throw new IOException("no free port found from " + FIRST + " to " + (FIRST + COUNT - 1));
    }

    private static boolean isFree(int candidate) throws IOException {
        try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (BindException e) {
            return false;
        }
    }

    /** Whether somebody accepts connections. */
    static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
