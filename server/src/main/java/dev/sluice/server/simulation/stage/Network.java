package dev.sluice.server.simulation.stage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The hosts and what lies between them: delays, and ways that are cut, in one direction or both. What is on a way that is cut waits until it is healed, as TCP sends again. */
public final class Network {
    private static final long REFUSED_NANOS = 200_000;
    private static final long LAG_NANOS_MAX = 20_000_000;

    private final Timeline timeline;
    private final Set<Way> cut = new LinkedHashSet<>();
    private final List<Flow> held = new ArrayList<>();
    private final TreeMap<String, Listener> listeners = new TreeMap<>();
    private final Map<Host, List<End>> ends = new LinkedHashMap<>();
    private long slowNanos;
    private long lastNumber;

    private record Way(Host from, Host to) {}

    /** What waits for connections, and for which run of its host. */
    private record Listener(Host host, long run, Consumer<End> accept) {}

    /** Without cuts. */
    public Network(Timeline timeline) {
        this.timeline = timeline;
    }

    Timeline timeline() {
        return timeline;
    }

    long nextNumber() {
        return ++lastNumber;
    }

    // ---- ways ----

    /** Nothing goes from one host to the other any more. */
    public void cut(Host from, Host to) {
        boolean unused = cut.add(new Way(from, to));
    }

    /** All ways are whole. */
    public void healAll() {
        cut.clear();
        goOn();
    }

    /** This way is whole again. */
    public void heal(Host from, Host to) {
        if (cut.remove(new Way(from, to))) {
            goOn();
        }
    }

    private void goOn() {
        List<Flow> waiting = new ArrayList<>(held);
        held.clear();
        waiting.forEach(Flow::goOn);
    }

    boolean isCut(Host from, Host to) {
        return cut.contains(new Way(from, to));
    }

    void hold(Flow flow) {
        if (!held.contains(flow)) {
            held.add(flow);
        }
    }

    /** Every delay is longer, by up to so much. */
    public void slowNanos(long nanos) {
        slowNanos = nanos;
    }

    /** How long something takes on its way now. */
    public long delayNanos() {
        long usual = timeline.between(30_000, 400_000) + timeline.between(0, slowNanos);
        return timeline.onceIn(50) ? usual + timeline.between(0, 20_000_000) : usual;
    }

    /** How much longer everything takes on a way of one connection. */
    long lagNanos() {
        return timeline.onceIn(4) ? timeline.between(0, LAG_NANOS_MAX) : 0;
    }

    // ---- packets, which may be lost and overtake each other ----

    /** Sends something that nobody sends again. */
    public void send(Host from, Host to, Runnable arrival) {
        if (timeline.onceIn(200)) {
            return;
        }
        long ofRun = to.run();
        timeline.after(delayNanos(), () -> {
            if (!isCut(from, to) && to.isRunning() && to.run() == ofRun) {
                to.after(0, arrival);
            }
        });
    }

    // ---- connections ----

    /** This run of the host accepts connections. */
    public void listen(Host host, Consumer<End> accept) {
        listeners.put(host.name(), new Listener(host, host.run(), accept));
    }

    /** Connects; the answer comes after a while, or never: an end, or null when nobody listens. */
    public void connect(Host from, String name, Consumer<@Nullable End> answer) {
        Listener listener = listeners.get(name);
        if (listener == null) {
            from.after(REFUSED_NANOS, () -> answer.accept(null));
            return;
        }
        Host to = listener.host;
        long ofRun = from.run();
        timeline.after(delayNanos(), () -> {
            if (isCut(from, to) || isCut(to, from)) {
                return;
            }
            if (!to.isRunning() || to.run() != listener.run) {
                from.after(delayNanos(), () -> answer.accept(null));
            } else if (from.isRunning() && from.run() == ofRun) {
                open(from, listener, answer);
            }
        });
    }

    /** The system of the host accepts, also while its process is paused. */
    private void open(Host from, Listener listener, Consumer<@Nullable End> answer) {
        End near = new End(this, from);
        End far = new End(this, listener.host);
        near.connect(far);
        far.connect(near);
        endsOf(from).add(near);
        endsOf(listener.host).add(far);
        listener.host.after(0, () -> listener.accept.accept(far));
        from.after(delayNanos(), () -> answer.accept(near));
    }

    /** What is on the way of a host, as a firewall that starts anew, breaks its connections, and tells this host alone. */
    public void breakConnections(Host host) {
        List.copyOf(endsOf(host)).forEach(End::broken);
    }

    private List<End> endsOf(Host host) {
        List<End> all = ends.computeIfAbsent(host, any -> new ArrayList<>());
        all.removeIf(End::isClosed);
        return all;
    }

    /** A run of a host ends. When only the process is killed its system ends the connections; {@code lossy}: with what is on the way. */
    public void ended(Host host, boolean power, boolean lossy) {
        if (!power) {
            endsOf(host).forEach(end -> end.killed(lossy));
        }
        endsOf(host).clear();
    }
}
