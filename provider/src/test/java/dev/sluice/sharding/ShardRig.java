package dev.sluice.sharding;

import dev.sluice.base.Clock;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkOptions;
import dev.sluice.link.Reply;
import dev.sluice.wire.BucketMap;
import dev.sluice.wire.RefusalCode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A sharded link over fakes, for a server of four shards; the clock goes on with each look when a test lets it. */
final class ShardRig implements LinkListener {
    static final int SHARDS = 4;

    final List<ShardFake> opened = new CopyOnWriteArrayList<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    /** What the next attempts to open end with. */
    final Queue<RefusalCode> refusals = new ConcurrentLinkedQueue<>();

    final MergedEvents merged = new MergedEvents(this);
    final ShardFake home;
    final ShardedLink link;
    long secondsPerLook;
    Runnable whileOpening = () -> {};
    private final AtomicLong looks = new AtomicLong();

    ShardRig() {
        this(LinkOptions.FOREVER);
    }

    ShardRig(Duration reconnectFor) {
        LinkOptions options = new LinkOptions(
                List.of(InetSocketAddress.createUnresolved("one", 7676)),
                "",
                "ann",
                "secret",
                reconnectFor,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10));
        home = new ShardFake(options, merged.of(0));
        opened.add(home);
        home.events.buckets(BucketMap.initial(SHARDS));
        Clock clock = new Clock() {
            @Override
            public long nanoTime() {
                return TimeUnit.SECONDS.toNanos(looks.incrementAndGet() * secondsPerLook);
            }

            @Override
            public long wallMillis() {
                return 0;
            }
        };
        link = new ShardedLink(new ShardLinks(home, options, this::open, merged, clock), merged);
    }

    private Link open(LinkOptions options, LinkListener listener) throws LinkException {
        whileOpening.run();
        RefusalCode refusal = refusals.poll();
        if (refusal != null) {
            throw new LinkException(refusal, "not opened");
        }
        ShardFake fake = new ShardFake(options, listener);
        opened.add(fake);
        return fake;
    }

    /** The link to a shard, which is open. */
    ShardFake shard(int number) {
        return opened.stream()
                .filter(fake -> fake.options.shard() == number)
                .findFirst()
                .orElseThrow();
    }

    /** The shards that are open, in the order in which they were opened. */
    List<Integer> shards() {
        return opened.stream().map(fake -> fake.options.shard()).toList();
    }

    /** The name of an address on a shard. */
    static String on(int shard) {
        int number = 0;
        while (BucketMap.initial(SHARDS).shardOf("q" + number) != shard) {
            number++;
        }
        return "q" + number;
    }

    /** Opens the links to all shards, and forgets how. */
    void openAll() {
        for (int shard = 1; shard < SHARDS; shard++) {
            Reply unused = link.createAddress(dev.sluice.wire.codec.AddressKind.QUEUE, 0, on(shard));
        }
        opened.forEach(fake -> fake.calls.clear());
    }

    @Override
    public void established(String server) {
        events.add("established " + server);
    }

    @Override
    public void interrupted(LinkException reason) {
        events.add("interrupted");
    }

    @Override
    public void resumed(String server) {
        events.add("resumed " + server);
    }

    @Override
    public void failed(LinkException reason) {
        events.add("failed " + reason.code());
    }
}
