package dev.sluice.system;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** The server's own main class, and beside it a thread that tells everyone who connects how many bytes were allocated so far. */
final class TellingServer {
    /** Before the number of the port, in a line of the output. */
    static final String PORT = "allocations are told on port ";

    private TellingServer() {}

    public static void main(String[] arguments) throws IOException {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        System.out.println(PORT + socket.getLocalPort());
        Thread thread = new Thread(() -> tell(socket), "teller");
        thread.setDaemon(true);
        thread.start();
        dev.sluice.server.cli.Main.main(arguments);
    }

    private static void tell(ServerSocket socket) {
        while (true) {
            try (Socket client = socket.accept();
                    DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
                out.writeLong(Allocations.ofOtherThreads());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
