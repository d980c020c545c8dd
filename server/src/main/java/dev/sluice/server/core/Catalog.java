package dev.sluice.server.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** All addresses, subscriptions and sessions of a shard, by id and by name; and the ids to come. Owner: the replicated machine. */
public final class Catalog {
    private final Long2ObjectHashMap<Address> addresses = new Long2ObjectHashMap<>();
    private final TreeMap<String, Address> queues = new TreeMap<>();
    private final TreeMap<String, Address> topics = new TreeMap<>();
    private final Long2ObjectHashMap<Subscription> subscriptions = new Long2ObjectHashMap<>();
    private final java.util.LinkedHashMap<Subscription.Key, Subscription> named = new java.util.LinkedHashMap<>();
    private final Long2ObjectHashMap<Session> sessions = new Long2ObjectHashMap<>();
    private final TreeMap<Long, Session> sessionsInOrder = new TreeMap<>();
    private final java.util.LinkedHashMap<String, Session> byClientId = new java.util.LinkedHashMap<>();
    private final java.util.LinkedHashMap<SessionKey, Session> byKey = new java.util.LinkedHashMap<>();
    private final TreeMap<Long, Branch> branches = new TreeMap<>();
    private final java.util.LinkedHashMap<Xid, Branch> byXid = new java.util.LinkedHashMap<>();
    private long nextId = 1;

    private record SessionKey(long high, long low) {}

    /** An id that nothing else has or had. */
    long takeId() {
        return nextId++;
    }

    long nextId() {
        return nextId;
    }

    void nextId(long id) {
        nextId = id;
    }

    /** An address, or null. */
    public @Nullable Address address(long id) {
        return addresses.get(id);
    }

    /** An address by name, or null. */
    public @Nullable Address address(boolean topic, String name) {
        return (topic ? topics : queues).get(name);
    }

    /** All addresses, in no order that matters. */
    Collection<Address> addresses() {
        return addresses.values();
    }

    /** The addresses whose names are {@code from} or after it, in order. */
    public Collection<Address> addresses(boolean topic, String from) {
        return (topic ? topics : queues).tailMap(from, true).values();
    }

    void add(Address address) {
        addresses.put(address.id(), address);
        (address.isTopic() ? topics : queues).put(address.name(), address);
    }

    void remove(Address address) {
        addresses.remove(address.id());
        (address.isTopic() ? topics : queues).remove(address.name());
    }

    /** A subscription, or null. */
    public @Nullable Subscription subscription(long id) {
        return subscriptions.get(id);
    }

    /** All subscriptions, in no order that matters. */
    Collection<Subscription> subscriptions() {
        return subscriptions.values();
    }

    @Nullable Subscription subscription(Subscription.Key key) {
        return named.get(key);
    }

    void add(Subscription subscription) {
        subscriptions.put(subscription.id(), subscription);
        subscription.address().subscriptions().add(subscription);
        Subscription.Key key = subscription.terms().key();
        if (key != null) {
            named.put(key, subscription);
        }
    }

    void remove(Subscription subscription) {
        subscriptions.remove(subscription.id());
        subscription.address().subscriptions().remove(subscription);
        Subscription.Key key = subscription.terms().key();
        if (key != null) {
            named.remove(key, subscription);
        }
    }

    /** A session, or null. */
    public @Nullable Session session(long id) {
        return sessions.get(id);
    }

    /** The session of a client identifier, or null. */
    public @Nullable Session sessionOf(String clientId) {
        return byClientId.get(clientId);
    }

    /** The session that was begun with this key, or null. */
    public @Nullable Session session(long keyHigh, long keyLow) {
        return byKey.get(new SessionKey(keyHigh, keyLow));
    }

    /** All sessions by id, oldest first. */
    public List<Session> sessions() {
        return new ArrayList<>(sessionsInOrder.values());
    }

    void add(Session session) {
        sessions.put(session.id(), session);
        sessionsInOrder.put(session.id(), session);
        byKey.put(new SessionKey(session.keyHigh(), session.keyLow()), session);
        name(session);
    }

    /** The session is to get another client identifier. */
    void unname(Session session) {
        byClientId.remove(session.clientId(), session);
    }

    /** The session got its client identifier. */
    void name(Session session) {
        if (!session.clientId().isEmpty()) {
            byClientId.put(session.clientId(), session);
        }
    }

    void remove(Session session) {
        sessions.remove(session.id());
        sessionsInOrder.remove(session.id());
        byKey.remove(new SessionKey(session.keyHigh(), session.keyLow()));
        unname(session);
    }

    /** All transaction branches, oldest first. */
    public Collection<Branch> branches() {
        return branches.values();
    }

    /** A branch of a global transaction, or null. */
    public @Nullable Branch branch(Xid xid) {
        return byXid.get(xid);
    }

    @Nullable Branch branch(long id) {
        return branches.get(id);
    }

    void add(Branch branch) {
        branches.put(branch.id(), branch);
        if (branch.xid() != null) {
            byXid.put(branch.xid(), branch);
        }
    }

    /** The branch got its name. */
    void named(Branch branch, Xid name) {
        branch.name(name);
        byXid.put(name, branch);
    }

    void remove(Branch branch) {
        branches.remove(branch.id());
        if (branch.xid() != null) {
            byXid.remove(branch.xid());
        }
    }
}
