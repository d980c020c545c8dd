package dev.sluice.server.raft;

import dev.sluice.server.log.LogException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;

/**
 * Who a member is, and of which cluster, in a file of its Raft directory. A directory that was emptied makes another identity: to Raft it is
 * another server, which has promised nothing. Immutable; the file changes once, when the cluster is known.
 */
final class Identity {
    private static final SecureRandom TOKENS = new SecureRandom();
    private static final String FILE = "identity";
    private static final int VERSION = 1;

    private final Path file;
    private final Facts facts;

    private Identity(Path file, Facts facts) {
        this.file = file;
        this.facts = facts;
    }

    /**
     * Reads it, or makes a new one.
     *
     * @param name of the member, and where it is reached now
     * @throws LogException when the directory is of another member, or cannot be read
     */
    static Identity open(Path directory, String name, MemberAddress address, int shards) {
        Path file = directory.resolve(FILE);
        try {
            Files.createDirectories(directory);
            if (Files.notExists(file)) {
                String token = Integer.toHexString(TOKENS.nextInt());
                MemberAddress self =
                        new MemberAddress(MemberAddress.id(name, token), address.raft(), address.clients());
                return write(file, new Facts(self, Facts.NO_CLUSTER, shards, List.of()));
            }
            Facts facts = read(file, name);
            checkAddress(address, facts.self());
            return new Identity(file, facts);
        } catch (IOException fault) {
            throw new LogException(file + " cannot be used: " + fault.getMessage(), fault);
        }
    }

    /** Ratis keeps the address of an id for ever. */
    private static void checkAddress(MemberAddress address, MemberAddress self) throws IOException {
        if (!self.raft().equals(address.raft()) || !self.clients().equals(address.clients())) {
            throw new IOException(
                    "it is of a member at " + self.clients() + " and " + self.raft() + ", and cluster says "
                            + address.clients() + " and " + address.raft()
                            + ": start it at the old address, or at the new one on an empty directory, which the others fill");
        }
    }

    private static Facts read(Path file, String name) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)));
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("it has version " + version + ", and this program reads version " + VERSION);
        }
        Facts facts = Facts.read(in);
        if (!facts.self().name().equals(name)) {
            throw new IOException("it is of the member '" + facts.self().name() + "', and this one is '" + name
                    + "' (node): start it with the name or the directory that belong together");
        }
        return facts;
    }

    private static Identity write(Path file, Facts facts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(VERSION);
        facts.write(out);
        DurableFile.write(file, bytes.toByteArray());
        return new Identity(file, facts);
    }

    /** The same, of a cluster from now on; durable when this returns. */
    Identity of(long clusterId, List<MemberAddress> founders) {
        try {
            return write(file, new Facts(facts.self(), clusterId, facts.shards(), founders));
        } catch (IOException fault) {
            throw new LogException(file + " cannot be written: " + fault.getMessage(), fault);
        }
    }

    /** What others are told. */
    Facts facts() {
        return facts;
    }

    String id() {
        return facts.self().id();
    }

    boolean isFounder() {
        return facts.isFounder(id());
    }
}
