package dev.sluice.server.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.SubscriptionKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state of a shard: the same commands give the same state, row for row, on every replica. Owner: the shard thread.
 *
 * <p>A batch is applied between {@link #begin} and the next; the time of the batch is the only clock there is.
 */
public final class ReplicatedMachine implements MachineCommands {
    private final Catalog catalog = new Catalog();
    private final DueIndex due = new DueIndex();
    private final Dirty dirty = new Dirty();
    private final Messages messages;
    private final RowStore store;
    private final Ledger ledger;
    private final Transactions transactions;
    private MachineEffects effects = MachineEffects.NONE;
    private long nowMillis;
    private long appliedIndex;

    /** Takes the state from the rows of {@code store}; keeps about {@code cacheBytes} of the newest messages in memory; one of {@code shards}. */
    public ReplicatedMachine(RowStore store, long cacheBytes, int shards) {
        this.store = store;
        this.messages = new Messages(cacheBytes);
        this.appliedIndex = store.appliedIndex();
        this.ledger = new Ledger(catalog, messages, due, dirty, store);
        this.transactions = new Transactions(ledger, shards);
        nowMillis = new Loader(store, catalog, messages).load();
        ledger.nowMillis(nowMillis);
        transactions.loaded();
    }

    /** Says from now on what it does. */
    public void effects(MachineEffects newEffects) {
        effects = newEffects;
        ledger.effects(newEffects);
    }

    /** Who and what there is. */
    public Catalog catalog() {
        return catalog;
    }

    /** The number that the next message gets. */
    long nextNumber() {
        return messages.nextNumber();
    }

    /** The index of the last batch. */
    public long appliedIndex() {
        return appliedIndex;
    }

    /** The time of the last batch. */
    public long nowMillis() {
        return nowMillis;
    }

    /** A batch begins. */
    public void begin(long index, long timestampMillis) {
        appliedIndex = index;
        nowMillis = timestampMillis;
        ledger.nowMillis(timestampMillis);
    }

    // ---- the store ----

    /** About how many bytes have changed since the last change set. */
    public long changedBytes() {
        return messages.changedBytes();
    }

    /** Whether a change set is on its way to the store. */
    public boolean isSealed() {
        return messages.isSealed();
    }

    /** Closes what changed since the last time into a change set. */
    public ChangeSet seal() {
        ChangeSet changes = messages.changes();
        due.seal(changes);
        dirty.seal(changes, catalog, messages, nowMillis);
        return messages.seal(appliedIndex);
    }

    /** The change set is in the store. */
    public void committed(ChangeSet changes) {
        messages.committed(changes);
        due.committed();
    }

    /** When something is due next, by the clock of the batches; {@link Long#MAX_VALUE} for never. */
    public long nextDueMillis() {
        return Math.min(due.nextMillis(store), transactions.nextDeadlineMillis());
    }

    // ---- sessions ----

    @Override
    public void openSession(long keyHigh, long keyLow, String clientId) {
        Session found = catalog.session(keyHigh, keyLow);
        if (found == null) {
            Session holder = clientId.isEmpty() ? null : catalog.sessionOf(clientId);
            if (holder != null) {
                effects.sessionRefused(keyHigh, keyLow, RefusalCode.CLIENT_ID_IN_USE, clientIdInUse(clientId));
                return;
            }
            found = new Session(catalog.takeId(), keyHigh, keyLow, clientId);
            catalog.add(found);
            dirty.mark(found);
        }
        effects.sessionOpened(found);
    }

    private static String clientIdInUse(String clientId) {
        return "the client identifier \"" + clientId
                + "\" is in use by another connection; close that one or choose another";
    }

    @Override
    public void endSession(long sessionId, long number) {
        Session session = catalog.session(sessionId);
        if (session == null || (number != 0 && !take(session, number))) {
            return;
        }
        transactions.sessionEnds(session);
        for (Long consumerId : new ArrayList<>(session.consumers.keySet())) {
            detach(session, consumerId);
        }
        for (Long addressId : new ArrayList<>(session.temporaries)) {
            Address address = catalog.address(addressId);
            if (address != null) {
                remove(address);
            }
        }
        for (Session.Stage stage : session.stages.values()) {
            messages.changes().removedBodies().add(stage.bodyNumber());
        }
        if (number != 0) {
            effects.applied(session, number);
        }
        catalog.remove(session);
        dirty.removed(session);
        effects.sessionEnded(session);
    }

    @Override
    public void setClientId(long sessionId, long number, String clientId) {
        Session session = accept(sessionId, number);
        if (session == null) {
            return;
        }
        Session holder = catalog.sessionOf(clientId);
        if (holder != null && holder != session) {
            refuse(session, number, RefusalCode.CLIENT_ID_IN_USE, clientIdInUse(clientId));
            return;
        }
        catalog.unname(session);
        session.clientId(clientId);
        catalog.name(session);
        effects.applied(session, number);
    }

    @Override
    public void refuse(long sessionId, long number, Dropped dropped, Session.Answer why) {
        Session session = number == 0 ? catalog.session(sessionId) : accept(sessionId, number);
        if (session == null) {
            return;
        }
        dropStage(session, dropped.stageId());
        RefusalCode code = Objects.requireNonNull(why.code());
        String text = RefusalTexts.of(code, why.limit(), why.value());
        transactions.fail(session, dropped.transactionId(), text);
        if (number != 0) {
            answer(session, number, new Session.Answer(code, why.limit(), why.value(), text));
        }
    }

    /** What misses a piece must never become a message. */
    private void dropStage(Session session, long stageId) {
        Session.Stage stage = session.stages.remove(stageId);
        if (stage != null) {
            dirty.mark(session);
            messages.changes().removedBodies().add(stage.bodyNumber());
        }
    }

    @Override
    public void forgetAnswers(long sessionId, long through) {
        Session session = catalog.session(sessionId);
        if (session != null) {
            session.answers.headMap(through, true).clear();
            dirty.mark(session);
        }
    }

    /** The session if the command is its next one; otherwise null, and a repeat is answered as the first time. */
    private @Nullable Session accept(long sessionId, long number) {
        Session session = catalog.session(sessionId);
        return session != null && take(session, number) ? session : null;
    }

    private boolean take(Session session, long number) {
        if (number != session.lastNumber() + 1) {
            return false;
        }
        session.lastNumber(number);
        dirty.mark(session);
        return true;
    }

    private void refuse(Session session, long number, RefusalCode code, String text) {
        answer(session, number, new Session.Answer(code, 0, 0, text));
    }

    private void answer(Session session, long number, Session.Answer answer) {
        session.answers.put(number, answer);
        if (session.answers.size() > ANSWERS_MAX) {
            session.answers.headMap(number - ANSWERS_MAX, true).clear();
        }
        if (answer.code() == null) {
            effects.created(session, number, answer.value());
        } else {
            effects.refused(session, number, answer);
        }
        effects.applied(session, number);
    }

    // ---- addresses ----

    @Override
    public void createAddress(long sessionId, long number, NewAddress wanted) {
        Session session = accept(sessionId, number);
        if (session == null) {
            return;
        }
        Address address = catalog.address(wanted.topic(), wanted.name());
        if (address == null) {
            String fault = wanted.mustExist() ? null : nameFault(wanted.name());
            if (wanted.mustExist()) {
                String kind = wanted.topic() ? "topic" : "queue";
                refuse(
                        session,
                        number,
                        RefusalCode.DESTINATION_UNKNOWN,
                        "there is no " + kind + " \"" + wanted.name() + "\"");
                return;
            }
            if (fault != null) {
                refuse(session, number, RefusalCode.DESTINATION_NAME, fault);
                return;
            }
            address = newAddress(wanted.topic(), wanted.name(), wanted.temporary() ? session.id() : 0);
            if (wanted.temporary()) {
                session.temporaries.add(address.id());
            }
        }
        answer(session, number, Session.Answer.of(address.id()));
    }

    private Address newAddress(boolean topic, String name, long ownerSession) {
        Address address = new Address(catalog.takeId(), topic, name, ownerSession);
        catalog.add(address);
        dirty.mark(address);
        if (!topic) {
            addSubscription(address, Subscription.Terms.QUEUE, 0);
        }
        return address;
    }

    private static @Nullable String nameFault(String name) {
        if (name.isEmpty()) {
            return "a destination's name is empty";
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Wire.NAME_BYTES_MAX) {
            return "a destination's name has " + bytes + " bytes; the limit is " + Wire.NAME_BYTES_MAX;
        }
        for (int at = 0; at < name.length(); at++) {
            char letter = name.charAt(at);
            if (Character.isISOControl(letter) || letter == '*' || letter == '>' || letter == '#') {
                return String.format(
                        "the destination's name \"%s\" has the character U+%04X at %d, which is not allowed",
                        name, (int) letter, at);
            }
        }
        return null;
    }

    @Override
    public void deleteAddress(long sessionId, long number, long addressId) {
        Session session = accept(sessionId, number);
        if (session == null) {
            return;
        }
        Address address = catalog.address(addressId);
        if (address == null) {
            refuse(session, number, RefusalCode.DESTINATION_UNKNOWN, unknownAddress(addressId));
        } else if (address.subscriptions().stream().anyMatch(Subscription::hasTaken)) {
            refuse(
                    session,
                    number,
                    RefusalCode.DESTINATION_IN_USE,
                    "messages of the destination \"" + address.name() + "\" are in open transactions; end those first");
        } else if (address.subscriptions().stream().anyMatch(subscription -> subscription.consumers() > 0)) {
            refuse(
                    session,
                    number,
                    RefusalCode.DESTINATION_IN_USE,
                    "the destination \"" + address.name() + "\" has consumers; close them first");
        } else if (address.isTemporary() && address.ownerSession() != session.id()) {
            refuse(session, number, RefusalCode.DESTINATION_FOREIGN, foreign(address));
        } else {
            session.temporaries.remove(addressId);
            remove(address);
            effects.applied(session, number);
        }
    }

    private static String unknownAddress(long addressId) {
        return "the destination " + addressId + " does not exist any more";
    }

    private static String foreign(Address address) {
        return "the temporary destination \"" + address.name() + "\" belongs to another connection";
    }

    private void remove(Address address) {
        for (Subscription subscription : new ArrayList<>(address.subscriptions())) {
            remove(subscription);
        }
        catalog.remove(address);
        dirty.removed(address);
        effects.addressRemoved(address);
    }

    // ---- messages ----

    @Override
    public void publish(Publication publication) {
        Address address = catalog.address(publication.addressId);
        if (publication.number == 0) {
            publishUnnumbered(address, publication);
            return;
        }
        Session session = accept(publication.sessionId, publication.number);
        if (session == null) {
            return;
        }
        if (address == null) {
            dropStage(session, publication.staged ? publication.stageId : 0);
            String fault = unknownAddress(publication.addressId);
            transactions.fail(session, publication.transactionId, fault);
            refuse(session, publication.number, RefusalCode.DESTINATION_UNKNOWN, fault);
            return;
        }
        Session.Stage stage = publication.staged ? session.stages.remove(publication.stageId) : null;
        if (publication.staged && stage == null) {
            String fault = "the upload " + publication.stageId + " is not known to this session, or misses a piece";
            transactions.fail(session, publication.transactionId, fault);
            refuse(session, publication.number, RefusalCode.STAGE_UNKNOWN, fault);
            return;
        }
        if (publication.transactionId != 0) {
            if (!transactions.publish(session, address, publication, stage)) {
                answer(session, publication.number, transactions.tooManyTransactions());
                return;
            }
        } else {
            store(session, address, publication, stage);
        }
        effects.applied(session, publication.number);
    }

    /** A non-persistent message for which there was no memory, or whose body is large. */
    private void publishUnnumbered(@Nullable Address address, Publication publication) {
        if (address != null) {
            address.overflowApplied();
        }
        Session session = catalog.session(publication.sessionId);
        if (session == null) {
            return;
        }
        Session.Stage stage = publication.staged ? session.stages.get(publication.stageId) : null;
        if (address == null) {
            dropStage(session, publication.staged ? publication.stageId : 0);
        } else if (stage != null || !publication.staged) {
            if (stage != null) {
                session.stages.remove(publication.stageId);
                dirty.mark(session);
            }
            store(session, address, publication, stage);
        }
    }

    private void store(Session session, Address address, Publication publication, Session.@Nullable Stage stage) {
        address.countPublished();
        if (address.subscriptions().isEmpty()) {
            if (stage != null) {
                messages.changes().removedBodies().add(stage.bodyNumber());
            }
            return;
        }
        StoredMessage message = ledger.admit(publication, stage);
        ledger.deposit(address, message, publication.dueMillis(nowMillis), session);
    }

    @Override
    public void chunk(long sessionId, long number, Chunk chunk) {
        Session session = number == 0 ? catalog.session(sessionId) : accept(sessionId, number);
        if (session == null) {
            return;
        }
        Session.Stage stage = session.stages.get(chunk.stageId());
        if (stage == null && chunk.bodyOffset() == 0) {
            stage = new Session.Stage(messages.takeNumber(), 0);
        }
        if (stage == null || stage.bytes() != chunk.bodyOffset()) {
            dropStage(session, chunk.stageId());
            if (number == 0) {
                return;
            }
            refuse(
                    session,
                    number,
                    RefusalCode.STAGE_UNKNOWN,
                    "the upload " + chunk.stageId() + " is at byte " + (stage == null ? 0 : stage.bytes())
                            + "; a chunk came for byte " + chunk.bodyOffset());
            return;
        }
        Slab slab = Objects.requireNonNull(chunk.slab());
        messages.chunk(
                new ChangeSet.Chunk(
                        stage.bodyNumber(), chunk.bodyOffset(), slab.buffer(), chunk.offset(), chunk.length()),
                slab);
        session.stages.put(chunk.stageId(), new Session.Stage(stage.bodyNumber(), stage.bytes() + chunk.length()));
        dirty.mark(session);
        if (number != 0) {
            effects.applied(session, number);
        }
    }

    @Override
    public void acknowledge(long sessionId, long number, long subscriptionId, Runs runs) {
        Session session = accept(sessionId, number);
        if (session == null) {
            return;
        }
        Subscription subscription = catalog.subscription(subscriptionId);
        if (subscription != null) {
            ledger.finish(subscription, runs);
        }
        effects.applied(session, number);
    }

    @Override
    public void take(long sessionId, long number, Taking taking) {
        Session session = accept(sessionId, number);
        if (session != null) {
            if (transactions.take(session, taking)) {
                effects.applied(session, number);
            } else {
                answer(session, number, transactions.tooManyTransactions());
            }
        }
    }

    @Override
    public void lose(long sessionId) {
        Session session = catalog.session(sessionId);
        if (session != null) {
            transactions.lose(session);
        }
    }

    @Override
    public void transact(long sessionId, long number, Transact what) {
        Session session = number == 0 ? catalog.session(sessionId) : accept(sessionId, number);
        if (session == null) {
            return;
        }
        Session.Answer answer = transactions.transact(session, what);
        if (number != 0 && answer != null) {
            answer(session, number, answer);
        } else if (number != 0) {
            effects.applied(session, number);
        }
    }

    @Override
    public void expire(long subscriptionId, Runs runs) {
        Subscription subscription = catalog.subscription(subscriptionId);
        if (subscription != null) {
            ledger.finish(subscription, runs);
        }
    }

    @Override
    public void purge(long sessionId, long number, long addressId, boolean last, Runs runs) {
        Address address = catalog.address(addressId);
        if (address != null) {
            address.subscriptions().forEach(subscription -> ledger.finish(subscription, runs));
        }
        if (last) {
            Session session = accept(sessionId, number);
            if (session != null) {
                effects.applied(session, number);
            }
        }
    }

    @Override
    public void giveBack(long sessionId, long number, Returned returned) {
        Session session = number == 0 ? catalog.session(sessionId) : accept(sessionId, number);
        if (session == null) {
            return;
        }
        Session.Attachment attachment = session.consumer(returned.consumerId());
        boolean lost = returned.epoch() == 0;
        if (attachment != null && attachment.lost() != lost) {
            session.consumers.put(returned.consumerId(), attachment.lost(lost));
            dirty.mark(session);
        }
        Subscription subscription = catalog.subscription(returned.subscriptionId());
        if (subscription != null) {
            Runs runs = returned.runs();
            for (int run = 0; run < runs.size(); run++) {
                for (long sequence = runs.first(run); sequence < runs.first(run) + runs.count(run); sequence++) {
                    ledger.countFailure(subscription, runs.lane(run), sequence);
                }
            }
            effects.returned(session, subscription, returned.consumerId(), returned.epoch());
        }
        if (number != 0) {
            effects.applied(session, number);
        }
    }

    @Override
    public void deliveredMark(long subscriptionId, int priority, long sequence) {
        Subscription subscription = catalog.subscription(subscriptionId);
        if (subscription != null) {
            Progress progress = subscription.progressFor(priority);
            progress.mark(sequence);
            dirty.mark(subscription, progress);
        }
    }

    @Override
    public void begun(long subscriptionId, int priority, long sequence, int failed, boolean suspected) {
        long attempts = Attempts.of(failed, suspected, true, nowMillis);
        ledger.begun(catalog.subscription(subscriptionId), priority, sequence, attempts);
    }

    @Override
    public void unseen(long subscriptionId, Runs runs) {
        ledger.unseen(catalog.subscription(subscriptionId), runs);
    }

    @Override
    public void deadLetter(DeadLetter letter) {
        Source source = letter.source();
        Subscription subscription = catalog.subscription(source.subscriptionId());
        boolean isThere = subscription != null
                && (source.code() >= Lane.TRANSIENT
                        || (Ledger.isPending(subscription, source.code(), source.sequence())
                                && !subscription.isTaken(source.code(), source.sequence())));
        if (subscription == null || !isThere) {
            return;
        }
        Address queue = catalog.address(false, letter.queue());
        ledger.deadLetter(subscription, letter, queue == null ? newAddress(false, letter.queue(), 0) : queue);
        if (source.code() >= Lane.TRANSIENT) {
            effects.done(subscription, source.code(), source.sequence());
        }
    }

    // ---- time ----

    @Override
    public void tick(int most) {
        transactions.tick();
        for (int count = 0; count < most; count++) {
            Map.Entry<DueIndex.Key, DueIndex.Entry> entry = due.pollDue(nowMillis, store, messages.changes());
            if (entry == null) {
                return;
            }
            Address address = catalog.address(entry.getValue().place().addressId());
            if (address == null) {
                dropDelayed(entry.getKey(), entry.getValue());
            } else if (entry.getValue().isDelay()) {
                deliverDelayed(address, entry.getKey(), entry.getValue());
            } else {
                expireLater(address, entry.getKey(), entry.getValue());
            }
        }
    }

    /** Its address was deleted. */
    private void dropDelayed(DueIndex.Key key, DueIndex.Entry entry) {
        if (entry.isDelay()) {
            messages.removeUnplaced(message(key, entry));
        }
    }

    private static StoredMessage message(DueIndex.Key key, DueIndex.Entry entry) {
        StoredMessage message = entry.message();
        if (message == null) {
            DueIndex.Content content = entry.content();
            message = new StoredMessage(
                    key.number(),
                    entry.place(),
                    content.expiryMillis(),
                    content.bodyNumber(),
                    content.bodyBytes(),
                    content.length());
            message.sealed();
            message.stored();
        }
        return message;
    }

    private void deliverDelayed(Address address, DueIndex.Key key, DueIndex.Entry entry) {
        StoredMessage message = message(key, entry);
        address.delayed(-1);
        dirty.mark(address);
        if (address.subscriptions().isEmpty()) {
            messages.removeUnplaced(message);
            return;
        }
        ledger.enqueue(address, message, catalog.session(entry.publisher()), entry.subscriptionsBelow());
    }

    /** No client has so many commands unconfirmed: what is older it has heard of, though it does not say so. */
    private static final int ANSWERS_MAX = 16_384;

    private static final long EXPIRY_RETRY_MILLIS = 10_000;

    /** The leader expires what no one holds; in case it is held now, the entry comes again. */
    private void expireLater(Address address, DueIndex.Key key, DueIndex.Entry entry) {
        StoredMessage.Place place = entry.place();
        if (Ledger.isWanted(address, place.priority(), place.sequence())) {
            due.add(new DueIndex.Key(nowMillis + EXPIRY_RETRY_MILLIS, key.number()), entry);
            effects.expiryDue(address, place.priority(), place.sequence());
        }
    }

    // ---- subscriptions ----

    @Override
    public void openConsumer(long sessionId, long number, NewConsumer wanted) {
        Session session = accept(sessionId, number);
        if (session == null) {
            return;
        }
        Address address = catalog.address(wanted.addressId());
        if (address == null) {
            refuse(session, number, RefusalCode.DESTINATION_UNKNOWN, unknownAddress(wanted.addressId()));
            return;
        }
        if (address.isTemporary() && address.ownerSession() != session.id()) {
            refuse(session, number, RefusalCode.DESTINATION_FOREIGN, foreign(address));
            return;
        }
        if (address.isTopic() == (wanted.kind() == SubscriptionKind.QUEUE)) {
            refuse(session, number, RefusalCode.DESTINATION_UNKNOWN, "\"" + address.name() + "\" is of the other kind");
            return;
        }
        if (session.consumer(wanted.consumerId()) != null) {
            refuse(session, number, RefusalCode.PROTOCOL, "consumer " + wanted.consumerId() + " is open already");
            return;
        }
        String fault = Selectors.fault(wanted.selector());
        if (fault != null) {
            refuse(session, number, RefusalCode.SELECTOR, fault);
            return;
        }
        attach(session, number, address, wanted);
    }

    private void attach(Session session, long number, Address address, NewConsumer wanted) {
        Subscription subscription;
        if (wanted.kind() == SubscriptionKind.QUEUE) {
            subscription = address.subscriptions().get(0);
        } else {
            Subscription.Terms terms = new Subscription.Terms(
                    wanted.kind(), session.clientId(), wanted.subscription(), wanted.selector(), wanted.noLocal());
            Subscription.Key key = terms.key();
            Subscription found = key == null ? null : catalog.subscription(key);
            Session.Answer fault = Subscriptions.fault(terms, found, address);
            if (fault != null) {
                answer(session, number, fault);
                return;
            }
            if (found != null && !Subscriptions.fits(found, terms, address)) {
                remove(found);
                found = null;
            }
            subscription = found != null ? found : addSubscription(address, terms, session.id());
        }
        String selector = wanted.kind() == SubscriptionKind.QUEUE ? wanted.selector() : "";
        long order = subscription.attach(wanted.policy());
        session.consumers.put(
                wanted.consumerId(),
                new Session.Attachment(subscription.id(), selector, false, wanted.policy(), order));
        effects.consumerOpened(session, wanted.consumerId(), subscription);
        answer(session, number, Session.Answer.of(subscription.id()));
    }

    @CanIgnoreReturnValue
    private Subscription addSubscription(Address address, Subscription.Terms terms, long ownerSession) {
        Subscription subscription = new Subscription(catalog.takeId(), address, terms, ownerSession);
        for (int code = 0; code < Address.PRIORITIES; code++) {
            Lane lane = address.lane(code);
            if (lane != null && lane.nextSequence() > 0) {
                Progress progress = new Progress(code, lane.nextSequence());
                subscription.restore(progress);
                dirty.mark(subscription, progress);
            }
        }
        catalog.add(subscription);
        dirty.mark(subscription);
        effects.subscriptionAdded(subscription);
        return subscription;
    }

    @Override
    public void closeConsumer(long sessionId, long number, long consumerId) {
        Session session = accept(sessionId, number);
        if (session != null) {
            detach(session, consumerId);
            effects.applied(session, number);
        }
    }

    private void detach(Session session, long consumerId) {
        Session.Attachment attachment = session.consumers.remove(consumerId);
        Subscription subscription = attachment == null ? null : catalog.subscription(attachment.subscriptionId());
        if (attachment == null || subscription == null) {
            return;
        }
        dirty.mark(session);
        subscription.detach(attachment.policyOrder());
        effects.consumerClosed(session, consumerId, subscription);
        if (subscription.endsWithConsumers() && subscription.consumers() == 0) {
            remove(subscription);
        }
    }

    @Override
    public void unsubscribe(long sessionId, long number, String name) {
        Session session = accept(sessionId, number);
        if (session == null) {
            return;
        }
        Subscription subscription = catalog.subscription(new Subscription.Key(true, session.clientId(), name));
        if (subscription == null) {
            refuse(session, number, RefusalCode.SUBSCRIPTION_UNKNOWN, Subscriptions.unknown(name, session.clientId()));
        } else if (subscription.consumers() > 0) {
            refuse(session, number, RefusalCode.SUBSCRIPTION_IN_USE, Subscriptions.inUse(name));
        } else if (subscription.hasTaken()) {
            refuse(session, number, RefusalCode.SUBSCRIPTION_IN_USE, Subscriptions.inTransaction(name));
        } else {
            remove(subscription);
            effects.applied(session, number);
        }
    }

    private void remove(Subscription subscription) {
        Address address = subscription.address();
        catalog.remove(subscription);
        for (int codes = address.laneCodes(); codes != 0; codes &= codes - 1) {
            int code = Integer.numberOfTrailingZeros(codes);
            if (code < Address.PRIORITIES) {
                release(subscription, Objects.requireNonNull(address.lane(code)));
            }
        }
        dirty.removed(subscription);
        effects.subscriptionRemoved(subscription);
    }

    /** Lets go of every message of a lane that the subscription had not done. */
    private void release(Subscription subscription, Lane lane) {
        Progress progress = subscription.progressFor(lane.code());
        long next = lane.nextSequence();
        boolean alone = subscription.address().subscriptions().isEmpty();
        for (long sequence = progress.nextPending(progress.floor(), next); sequence < next; ) {
            if (alone && sequence < lane.windowStart()) {
                messages.removeStored(lane, sequence, Math.min(lane.windowStart(), next) - sequence);
                sequence = progress.nextPending(lane.windowStart(), next);
                continue;
            }
            if (alone || !Ledger.isWanted(subscription.address(), lane.code(), sequence)) {
                ledger.releaseMessage(subscription.address(), lane, sequence);
            }
            sequence = progress.nextPending(sequence + 1, next);
        }
    }
}
