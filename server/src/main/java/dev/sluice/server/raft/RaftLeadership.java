package dev.sluice.server.raft;

import dev.sluice.base.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Says to the members of a cluster, from outside, who is to lead what. Of one thread. */
public final class RaftLeadership {
    /** A transfer takes two seconds at most; the member may have another one to end first. */
    private static final long PATIENCE_MILLIS = 6_000;

    /** Until who was given a shard says that it leads it. */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    private final List<MemberAddress> members;
    private final int shards;

    /**
     * A shard that was given away.
     *
     * @param from who led it before
     */
    public record Moved(int shard, String from, String to) {}

    /** For a cluster with so many shards; the ids of the members are their names. */
    public RaftLeadership(List<MemberAddress> members, int shards) {
        this.members = List.copyOf(members);
        this.shards = shards;
    }

    /**
     * Has a member give a shard that it leads to another one.
     *
     * @throws IOException with the reason when it does not; then all is as before, or another election
     */
    public Moved transfer(int shard, String from, String to) throws IOException {
        String fault = ask(from, Leadership.TRANSFER + " " + shard + " " + to);
        if (!fault.isEmpty()) {
            throw new IOException("shard " + shard + " was not given by " + from + " to " + to + ": " + fault);
        }
        return new Moved(shard, from, to);
    }

    /**
     * Has a member lead nothing until it is told otherwise; or the other way.
     *
     * @return whether that is done; when not, it still leads something, which it gives away as soon as another member can take it
     * @throws IOException when it does not answer, or cannot keep that
     */
    public boolean drain(String member, boolean drained) throws IOException {
        String answer = ask(member, drained ? Leadership.DRAIN : Leadership.UNDRAIN);
        if (!answer.isEmpty() && !answer.equals(Leadership.LATER)) {
            throw new IOException("member " + member + ": " + answer);
        }
        return answer.isEmpty();
    }

    /** Spreads who leads what; returns what was moved. */
    public List<Moved> balance() throws IOException, InterruptedException {
        List<Moved> all = new ArrayList<>();
        Balance.Move move = Balance.next(settled());
        // More are not wanted even where all were led by one.
        while (move != null && all.size() < shards) {
            all.add(transfer(move.shard(), move.from(), move.to()));
            move = Balance.next(settled());
        }
        return all;
    }

    private List<Balance.Shard> settled() throws IOException, InterruptedException {
        long endNanos = Clock.SYSTEM.nanoTime() + SETTLING.toNanos();
        List<Balance.Shard> view = view();
        while (view.size() < shards && Clock.SYSTEM.nanoTime() - endNanos < 0) {
            Transfers.pauseALittle();
            view = view();
        }
        if (view.size() < shards) {
            throw new IOException("not each shard has a leader: " + view.size() + " of " + shards + " have one");
        }
        return view;
    }

    /** The shards that someone says to lead. */
    private List<Balance.Shard> view() {
        TreeMap<Integer, Balance.Shard> byNumber = new TreeMap<>();
        List<String> willing = new ArrayList<>();
        List<Balance.Shard> said = new ArrayList<>();
        for (MemberAddress member : members) {
            try (MemberClient client = client(member)) {
                if (!client.leadership(Leadership.WILLING).equals(Leadership.NO)) {
                    willing.add(member.name());
                }
                client.leadership(Leadership.VIEW)
                        .lines()
                        .map(line -> shard(member.name(), line))
                        .forEach(said::add);
            } catch (IOException away) {
                // Who is away leads nothing, and is given nothing.
                willing.remove(member.name());
            }
        }
        for (Balance.Shard shard : said) {
            List<String> heirs =
                    shard.knownHeirs().stream().filter(willing::contains).toList();
            byNumber.put(shard.number(), new Balance.Shard(shard.number(), shard.leader(), shard.work(), heirs));
        }
        return List.copyOf(byNumber.values());
    }

    private static Balance.Shard shard(String leader, String line) {
        String[] words = line.split(" ", -1);
        List<String> heirs = Arrays.stream(words[2].split(","))
                .filter(heir -> !heir.isEmpty())
                .toList();
        return new Balance.Shard(Integer.parseInt(words[0]), leader, Double.parseDouble(words[1]), heirs);
    }

    private String ask(String member, String line) throws IOException {
        try (MemberClient client = client(peer(member))) {
            return client.leadership(line);
        }
    }

    private MemberAddress peer(String name) {
        return members.stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static MemberClient client(MemberAddress member) {
        return MemberClient.of(member.raft(), PATIENCE_MILLIS);
    }
}
