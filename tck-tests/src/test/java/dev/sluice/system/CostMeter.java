package dev.sluice.system;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Measures what messages cost a server that tells its allocations, and this JVM as its only client. */
final class CostMeter {
    /** The beginning of the lines with the numbers of read and of write calls. */
    private static final String CALLS = "sysc";

    private final Path calls;
    private final int allocationsPort;

    CostMeter(ServerProcess server) {
        calls = Path.of("/proc/" + server.pid() + "/io");
        String output = server.output();
        int at = output.lastIndexOf(TellingServer.PORT) + TellingServer.PORT.length();
        allocationsPort = Integer.parseInt(output.substring(at, output.indexOf('\n', at)));
    }

    /** What takes {@code messages} through the server, and returns when all of it is done. */
    interface Work {
        void run(int messages) throws Exception;
    }

    /** The cost of one message. */
    Cost measure(int messages, Work work) throws Exception {
        long serverBytes = serverBytes();
        long serverCalls = serverCalls();
        long clientBytes = Allocations.ofAllThreads();
        work.run(messages);
        return new Cost(
                (double) (Allocations.ofAllThreads() - clientBytes) / messages,
                (double) (serverBytes() - serverBytes) / messages,
                (double) (serverCalls() - serverCalls) / messages);
    }

    private long serverBytes() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), allocationsPort);
                DataInputStream in = new DataInputStream(socket.getInputStream())) {
            return in.readLong();
        }
    }

    private long serverCalls() throws IOException {
        return Files.readAllLines(calls).stream()
                .filter(line -> line.startsWith(CALLS))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }
}
