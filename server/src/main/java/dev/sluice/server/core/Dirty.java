package dev.sluice.server.core;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** What changed of the small rows since the last change set; each is written once, as it is when the set is sealed. */
final class Dirty {
    private final Rows rows = new Rows();
    private final List<Session> sessions = new ArrayList<>();
    private final LinkedHashSet<Address> addresses = new LinkedHashSet<>();
    private final List<Lane> lanes = new ArrayList<>();
    private final LinkedHashSet<Subscription> subscriptions = new LinkedHashSet<>();
    private final List<SubscriptionProgress> progress = new ArrayList<>();
    private final LinkedHashSet<Failure> failures = new LinkedHashSet<>();
    private final LinkedHashSet<Branch> branches = new LinkedHashSet<>();
    private final List<EndedWork> endedWork = new ArrayList<>();
    private final List<Branch> removedBranches = new ArrayList<>();
    private final List<Session> removedSessions = new ArrayList<>();
    private final List<Address> removedAddresses = new ArrayList<>();
    private final List<Subscription> removedSubscriptions = new ArrayList<>();

    private record SubscriptionProgress(Subscription subscription, Progress progress) {}

    private record Failure(Subscription subscription, int code, long sequence) {}

    /** Rows of a branch that go: of messages that it sent, by their numbers, and of runs that it acknowledged. */
    private record EndedWork(long branchId, ChangeSet.Longs messages, int takenRows) {}

    void mark(Session session) {
        if (session.markDirty()) {
            sessions.add(session);
        }
    }

    void mark(Address address) {
        addresses.add(address);
    }

    void mark(Lane lane) {
        if (lane.markDirty()) {
            lanes.add(lane);
        }
    }

    void mark(Subscription subscription) {
        subscriptions.add(subscription);
    }

    void mark(Subscription subscription, Progress changed) {
        if (changed.markDirty()) {
            progress.add(new SubscriptionProgress(subscription, changed));
        }
    }

    void mark(Branch branch) {
        branches.add(branch);
    }

    /** What the branch had is done or undone: what has rows loses them. */
    void workEnded(Branch branch) {
        if (branch.stagedSaved > 0 || branch.takenSaved > 0) {
            ChangeSet.Longs messages = new ChangeSet.Longs();
            for (Branch.Staged staged : branch.staged.subList(0, branch.stagedSaved)) {
                messages.add(staged.message().number);
            }
            endedWork.add(new EndedWork(branch.id(), messages, branch.takenSaved));
        }
    }

    void removed(Branch branch) {
        removedBranches.add(branch);
    }

    void failures(Subscription subscription, int code, long sequence) {
        failures.add(new Failure(subscription, code, sequence));
    }

    void removed(Session session) {
        removedSessions.add(session);
    }

    void removed(Address address) {
        removedAddresses.add(address);
    }

    void removed(Subscription subscription) {
        removedSubscriptions.add(subscription);
    }

    /** Writes the rows of all that changed and is still there, and deletes those of what is not. */
    void seal(ChangeSet changes, Catalog catalog, Messages messages, long nowMillis) {
        rows.begin()
                .number(catalog.nextId())
                .number(messages.nextNumber())
                .number(nowMillis)
                .put(changes, Table.SHARD, 0, 1);
        for (Address address : addresses) {
            putAddress(changes, address);
        }
        for (Lane lane : lanes) {
            lane.clean();
            rows.begin().number(lane.nextSequence()).put(changes, Table.LANES, lane.addressId(), lane.code());
        }
        for (Subscription subscription : subscriptions) {
            putSubscription(changes, subscription);
        }
        for (SubscriptionProgress changed : progress) {
            putProgress(changes, changed.subscription, changed.progress);
        }
        for (Failure failure : failures) {
            putFailure(changes, failure);
        }
        for (Session session : sessions) {
            putSession(changes, session);
        }
        for (EndedWork ended : endedWork) {
            deleteWork(changes, ended);
        }
        for (Branch branch : branches) {
            putBranch(changes, branch);
        }
        // Last, so that nothing that was written above stays.
        removedBranches.forEach(branch -> changes.delete(Table.TRANSACTIONS, branch.id(), 0));
        removedSessions.forEach(session -> changes.delete(Table.SESSIONS, session.id(), 0));
        removedSubscriptions.forEach(subscription -> deleteSubscription(changes, subscription));
        removedAddresses.forEach(address -> deleteAddress(changes, address));
        clear();
    }

    private void clear() {
        sessions.clear();
        addresses.clear();
        lanes.clear();
        subscriptions.clear();
        progress.clear();
        failures.clear();
        branches.clear();
        endedWork.clear();
        removedBranches.clear();
        removedSessions.clear();
        removedAddresses.clear();
        removedSubscriptions.clear();
    }

    private void putAddress(ChangeSet changes, Address address) {
        rows.begin()
                .number(address.isTopic() ? 1 : 0)
                .number(address.ownerSession())
                .number(address.delayed())
                .text(address.name())
                .put(changes, Table.ADDRESSES, address.id(), 0);
    }

    private void putSubscription(ChangeSet changes, Subscription subscription) {
        Subscription.Terms terms = subscription.terms();
        rows.begin()
                .number(subscription.address().id())
                .number(terms.kind().value())
                .number(terms.noLocal() ? 1 : 0)
                .number(subscription.ownerSession())
                .text(terms.clientId())
                .text(terms.name())
                .text(terms.selector())
                .put(changes, Table.SUBSCRIPTIONS, subscription.id(), 0);
    }

    private void putProgress(ChangeSet changes, Subscription subscription, Progress changed) {
        rows.begin()
                .number(changed.floor())
                .number(changed.mark())
                .put(changes, Table.PROGRESS, subscription.id(), changed.code());
        changed.drainChanges((number, words) -> {
            long minor = Table.minor(changed.code(), number);
            if (words == null) {
                changes.delete(Table.HOLES, subscription.id(), minor);
                return;
            }
            rows.begin();
            for (long word : words) {
                rows.number(word);
            }
            rows.put(changes, Table.HOLES, subscription.id(), minor);
        });
    }

    private void putFailure(ChangeSet changes, Failure failure) {
        long minor = Table.minor(failure.code, failure.sequence);
        long attempts = failure.subscription.attempts(failure.code, failure.sequence);
        if (attempts == Attempts.NONE) {
            changes.delete(Table.RETURNS, failure.subscription.id(), minor);
        } else {
            rows.begin()
                    .number(Attempts.failed(attempts))
                    .number(Attempts.millis(attempts))
                    .number(Attempts.flags(attempts))
                    .put(changes, Table.RETURNS, failure.subscription.id(), minor);
        }
    }

    private void putSession(ChangeSet changes, Session session) {
        session.clean();
        rows.begin()
                .number(session.keyHigh())
                .number(session.keyLow())
                .text(session.clientId())
                .number(session.lastNumber())
                .number(session.refusedThrough());
        rows.number(session.answers.size());
        session.answers.forEach((number, answer) -> rows.number(number)
                .number(answer.code() == null ? 0 : answer.code().code())
                .number(answer.limit())
                .number(answer.value())
                .text(answer.text()));
        rows.number(session.consumers.size());
        session.consumers.forEach((id, attachment) -> rows.number(id)
                .number(attachment.subscriptionId())
                .text(attachment.selector())
                .number(attachment.lost() ? 1 : 0));
        rows.number(session.stages.size());
        session.stages.forEach(
                (id, stage) -> rows.number(id).number(stage.bodyNumber()).number(stage.bytes()));
        rows.number(session.temporaries.size());
        session.temporaries.forEach(rows::number);
        rows.number(session.branches.size());
        session.branches.forEach((id, branch) -> rows.number(id).number(branch.id()));
        rows.number(session.refused.size());
        session.refused.forEach(rows::number);
        putPolicies(session);
        rows.put(changes, Table.SESSIONS, session.id(), 0);
    }

    private void putPolicies(Session session) {
        rows.number(session.consumers.values().stream()
                .filter(each -> !each.policy().isNone())
                .count());
        session.consumers.forEach((id, attachment) -> {
            BroughtPolicy policy = attachment.policy();
            if (!policy.isNone()) {
                rows.number(id)
                        .number(attachment.policyOrder())
                        .number(policy.limit())
                        .number(policy.delayMillis())
                        .number(policy.growth())
                        .number(policy.delayMillisMax());
            }
        });
    }

    private void putBranch(ChangeSet changes, Branch branch) {
        Xid xid = branch.xid();
        rows.begin()
                .number(branch.state().onWire().value())
                .text(branch.reason())
                .number(xid == null ? 0 : 1)
                .number(xid == null ? 0 : xid.formatId())
                .text(xid == null ? "" : xid.globalTransactionId())
                .text(xid == null ? "" : xid.branchQualifier())
                .number(branch.origin().sessionId())
                .text(branch.origin().clientId())
                .number(branch.origin().startedMillis())
                .number(branch.preparedMillis)
                .number(branch.deadlineMillis)
                .number(branch.associations)
                .number(branch.suspended)
                .number(branch.takesTransients ? 1 : 0)
                .number(branch.parts);
        rows.number(branch.sessions.size());
        branch.sessions.forEach(rows::number);
        rows.put(changes, Table.TRANSACTIONS, branch.id(), 0);
        for (; branch.stagedSaved < branch.staged.size(); branch.stagedSaved++) {
            Branch.Staged staged = branch.staged.get(branch.stagedSaved);
            StoredMessage message = staged.message();
            rows.begin()
                    .number(message.addressId)
                    .number(message.priority)
                    .number(message.expiryMillis)
                    .number(message.bodyNumber)
                    .number(message.bodyBytes)
                    .number(message.length)
                    .number(staged.dueMillis())
                    .number(staged.sessionId())
                    .put(changes, Table.STAGED, branch.id(), message.number);
        }
        for (; branch.takenSaved < branch.taken.size(); branch.takenSaved++) {
            Branch.Taken taken = branch.taken.get(branch.takenSaved);
            rows.begin()
                    .number(taken.subscriptionId())
                    .number(taken.code())
                    .number(taken.first())
                    .number(taken.count())
                    .put(changes, Table.TAKEN, branch.id(), branch.takenSaved);
        }
    }

    private static void deleteWork(ChangeSet changes, EndedWork ended) {
        for (int index = 0; index < ended.messages.size(); index++) {
            changes.delete(Table.STAGED, ended.branchId, ended.messages.get(index));
        }
        for (int row = 0; row < ended.takenRows; row++) {
            changes.delete(Table.TAKEN, ended.branchId, row);
        }
    }

    private static void deleteSubscription(ChangeSet changes, Subscription subscription) {
        long id = subscription.id();
        changes.delete(Table.SUBSCRIPTIONS, id, 0);
        for (int code = 0; code < Address.PRIORITIES; code++) {
            Progress progress = subscription.progress(code);
            if (progress == null) {
                continue;
            }
            int lane = code;
            changes.delete(Table.PROGRESS, id, code);
            progress.drainChanges((number, words) -> changes.delete(Table.HOLES, id, Table.minor(lane, number)));
            progress.forEachBlock((number, words) -> changes.delete(Table.HOLES, id, Table.minor(lane, number)));
        }
        for (long minor : subscription.failureKeys()) {
            changes.delete(Table.RETURNS, id, minor);
        }
    }

    private static void deleteAddress(ChangeSet changes, Address address) {
        changes.delete(Table.ADDRESSES, address.id(), 0);
        for (int code = 0; code < Address.PRIORITIES; code++) {
            if (address.lane(code) != null) {
                changes.delete(Table.LANES, address.id(), code);
            }
        }
    }
}
