package dev.sluice.net;

import dev.sluice.base.Clock;
import dev.sluice.base.Gate;
import dev.sluice.link.Answer;
import dev.sluice.link.BrowseSink;
import dev.sluice.link.Command;
import dev.sluice.link.CommandEncoder;
import dev.sluice.link.ConsumerCommand;
import dev.sluice.link.DeliverySink;
import dev.sluice.link.Link;
import dev.sluice.link.LinkCall;
import dev.sluice.link.LinkCalls;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkMachine;
import dev.sluice.link.LinkOptions;
import dev.sluice.link.ListSink;
import dev.sluice.link.Ranges;
import dev.sluice.link.Reply;
import dev.sluice.link.TransactionSink;
import dev.sluice.link.TransientPart;
import dev.sluice.wire.FrameException;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.AddressKind;
import io.netty.buffer.ByteBuf;
import java.lang.ref.WeakReference;
import java.security.SecureRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link Link} over Netty, by TCP or within the JVM: encodes calls on the caller's thread, which brings them to the socket itself where it can. To one shard of a server; {@link Links} opens those to all. */
public final class NettyLink implements Link {
    private static final Logger LOG = LoggerFactory.getLogger(NettyLink.class);

    private static final SecureRandom KEYS = new SecureRandom();

    /** One for each thread that calls. Such a thread may outlive the class loader of Sluice, in a container, and must not hold on to it. */
    private static final ThreadLocal<@Nullable WeakReference<CommandEncoder>> ENCODERS = new ThreadLocal<>();

    private final LinkMachine.Identity identity;
    private final LinkLoop loop;
    private final Uploads uploads;

    private NettyLink(LinkOptions options, LinkListener listener) {
        identity = new LinkMachine.Identity(KEYS.nextLong(), KEYS.nextLong());
        loop = new LinkLoop(options, identity, listener, Clock.SYSTEM);
        uploads = new Uploads(loop);
    }

    /**
     * Connects and waits for the server's Welcome. Each server is tried before it is given up; an established link reconnects by itself.
     *
     * @throws LinkException with the code of the refusal, or {@link RefusalCode#SHUTTING_DOWN} when no server can be reached
     */
    public static NettyLink open(LinkOptions options, LinkListener listener) throws LinkException {
        NettyLink link = new NettyLink(options, listener);
        link.loop.begin();
        try {
            long unused = link.loop.opened.await();
            return link;
        } catch (InterruptedException interrupted) {
            Reply unused = link.close();
            Thread.currentThread().interrupt();
            throw new LinkException(
                    RefusalCode.INTERNAL, "interrupted while connecting to " + options.servers(), interrupted);
        }
    }

    @Override
    public long keyHigh() {
        return identity.keyHigh();
    }

    @Override
    public long keyLow() {
        return identity.keyLow();
    }

    @Override
    public long clusterId() {
        return loop.clusterId.value();
    }

    @Override
    public long serverTimeMillis() {
        return loop.serverClock.millis();
    }

    @Override
    public boolean mayHandOut() {
        return loop.handOut.isAllowed();
    }

    @Override
    public Reply setClientId(String clientId) {
        return submit(RefusalCode.LIMIT, encoder -> encoder.setClientId(clientId));
    }

    @Override
    public Reply createAddress(AddressKind kind, int flags, String name) {
        try {
            return submit(create(kind, flags, name));
        } catch (LinkException tooLong) {
            return Answer.failed(tooLong);
        }
    }

    @Override
    public Reply deleteAddress(long addressId) {
        return submit(RefusalCode.LIMIT, encoder -> encoder.deleteAddress(addressId));
    }

    @Override
    public Reply unsubscribe(String subscription) {
        return submit(RefusalCode.LIMIT, encoder -> encoder.unsubscribe(subscription));
    }

    @Override
    public Reply purge(long addressId) {
        return submit(RefusalCode.LIMIT, encoder -> encoder.purge(addressId));
    }

    private static CommandEncoder encoder() {
        WeakReference<CommandEncoder> kept = ENCODERS.get();
        CommandEncoder mine = kept == null ? null : kept.get();
        if (mine == null) {
            mine = new CommandEncoder();
            ENCODERS.set(new WeakReference<>(mine));
        }
        return mine;
    }

    private Reply submit(RefusalCode ifTooLong, Function<CommandEncoder, ByteBuf> encode) {
        try {
            return submit(Command.of(encode.apply(encoder())));
        } catch (FrameException tooLong) {
            return Answer.failed(new LinkException(ifTooLong, String.valueOf(tooLong.getMessage()), tooLong));
        }
    }

    private <C extends Answer & LinkCall> Reply submit(C command) {
        loop.post(command);
        return command;
    }

    // ---- messages ----

    @Override
    public Reply publish(Publication publication, ByteBuf envelope, @Nullable BodySource body) {
        if (body != null && LinkLoop.mustNotWait()) {
            return publishElsewhere(publication, envelope, body);
        }
        return publishHere(publication, envelope, body);
    }

    private Reply publishHere(Publication publication, ByteBuf envelope, @Nullable BodySource body) {
        try {
            CommandEncoder encoder = encoder();
            if (body != null) {
                return uploads.publish(encoder, publication, envelope, body);
            }
            Command command = Command.publishing(encoder.publish(publication, true, 0, envelope));
            enter(loop, loop.window, command.encodedBytes());
            if (publication.awaited()) {
                loop.post(command);
            } else {
                loop.postLater(command);
            }
            return command;
        } catch (LinkException why) {
            return Answer.failed(why);
        } catch (InterruptedException interrupted) {
            return Answer.failed(interrupted(interrupted));
        } catch (RuntimeException wrong) {
            return Answer.failed(notSent(wrong));
        } finally {
            envelope.release();
            release(body);
        }
    }

    @Override
    public Named publishNamed(AddressKind kind, int flags, String name, Publication publication, ByteBuf envelope) {
        try {
            Command create = create(kind, flags, name);
            Command publish =
                    Command.publishing(encoder().publish(publication.to(Publication.NAMED_BEFORE), true, 0, envelope));
            enter(loop, loop.window, publish.encodedBytes());
            loop.post(LinkCalls.both(create, publish));
            return new Named(create, publish);
        } catch (LinkException why) {
            return Named.failed(why);
        } catch (InterruptedException interrupted) {
            return Named.failed(interrupted(interrupted));
        } catch (RuntimeException wrong) {
            return Named.failed(notSent(wrong));
        } finally {
            envelope.release();
        }
    }

    private static Command create(AddressKind kind, int flags, String name) throws LinkException {
        try {
            return Command.of(encoder().createAddress(kind, flags, name));
        } catch (FrameException tooLong) {
            throw new LinkException(RefusalCode.DESTINATION_NAME, String.valueOf(tooLong.getMessage()), tooLong);
        }
    }

    private static LinkException interrupted(InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        return new LinkException(
                RefusalCode.INTERNAL, "not sent: interrupted while waiting for room in the window", interrupt);
    }

    private static LinkException notSent(RuntimeException wrong) {
        return new LinkException(codeOf(wrong), "not sent: " + wrong.getMessage(), wrong);
    }

    /** Who has a turn must not wait for room: the upload goes on from another thread, and calls after it may overtake it. */
    private Reply publishElsewhere(Publication publication, ByteBuf envelope, BodySource body) {
        Answer answer = new Answer();
        var thread = IoThreads.acquireSpool();
        thread.execute(() -> {
            try {
                publishHere(publication, envelope, body).whenDone((value, failure) -> {
                    if (failure == null) {
                        answer.succeed(value);
                    } else {
                        answer.fail(failure);
                    }
                });
            } finally {
                IoThreads.releaseSpool();
            }
        });
        return answer;
    }

    @Override
    public void publishTransient(Publication publication, ByteBuf envelope, @Nullable BodySource body)
            throws LinkException {
        if (body != null && LinkLoop.mustNotWait()) {
            var thread = IoThreads.acquireSpool();
            thread.execute(() -> {
                try {
                    publishTransientHere(publication, envelope, body);
                } catch (LinkException unsent) {
                    LOG.debug("a non-persistent message was dropped", unsent);
                } finally {
                    IoThreads.releaseSpool();
                }
            });
        } else {
            publishTransientHere(publication, envelope, body);
        }
    }

    private void publishTransientHere(Publication publication, ByteBuf envelope, @Nullable BodySource body)
            throws LinkException {
        try {
            CommandEncoder encoder = encoder();
            if (body != null) {
                uploads.publishTransient(encoder, publication, envelope, body);
                return;
            }
            var part = new TransientPart(encoder.publish(publication, false, 0, envelope), 0, true, true);
            enter(loop, loop.transientWindow, part.frame().readableBytes());
            loop.postLater(part);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LinkException(
                    RefusalCode.INTERNAL, "not sent: interrupted while waiting for credit", interrupted);
        } catch (FrameException tooLong) {
            throw new LinkException(RefusalCode.LIMIT, "not sent: " + tooLong.getMessage(), tooLong);
        } finally {
            envelope.release();
            release(body);
        }
    }

    /** Takes room in a window: waits for it, except where nobody would make it. */
    static void enter(LinkLoop loop, Gate window, int bytes) throws LinkException, InterruptedException {
        if (LinkLoop.mustNotWait()) {
            window.force(bytes);
        } else if (!window.enter(bytes)) {
            LinkException why = loop.ended.value();
            throw why == null ? new LinkException(RefusalCode.INTERNAL, "the connection is closed") : why;
        }
    }

    private static RefusalCode codeOf(RuntimeException wrong) {
        return wrong instanceof FrameException ? RefusalCode.LIMIT : RefusalCode.INTERNAL;
    }

    private static void release(@Nullable BodySource body) {
        if (body != null) {
            body.release();
        }
    }

    // ---- consumers ----

    @Override
    public Reply openConsumer(ConsumerSpec spec, DeliverySink sink) {
        return submit(new ConsumerCommand.Open(spec, sink));
    }

    @Override
    public Reply closeConsumer(long consumerId, Ranges retained) {
        return submit(new ConsumerCommand.Close(consumerId, retained));
    }

    @Override
    public Reply acknowledge(long consumerId, Ranges ranges, boolean awaited) {
        return submit(ConsumerCommand.Acknowledge.now(consumerId, ranges, awaited));
    }

    @Override
    public Reply take(long consumerId, long transactionId, Ranges ranges) {
        return submit(ConsumerCommand.Acknowledge.within(transactionId, consumerId, ranges));
    }

    @Override
    public Reply transact(Transaction what) {
        return submit(RefusalCode.LIMIT, encoder -> encoder.transact(what));
    }

    @Override
    public void listTransactions(boolean inDoubt, TransactionSink sink) {
        loop.post(LinkCalls.listTransactions(inDoubt, sink));
    }

    @Override
    public Reply giveBack(long consumerId, long epoch, Ranges failed) {
        return submit(new ConsumerCommand.GiveBack(consumerId, epoch, failed));
    }

    @Override
    public void credit(long consumerId, long epoch, long total) {
        loop.post(LinkCalls.credit(consumerId, epoch, total));
    }

    // ---- browsers and the rest ----

    @Override
    public void openBrowser(long browserId, long addressId, long total, String selector, BrowseSink sink) {
        loop.post(LinkCalls.openBrowser(browserId, addressId, total, selector, sink));
    }

    @Override
    public void creditBrowser(long browserId, long total) {
        loop.post(LinkCalls.creditBrowser(browserId, total));
    }

    @Override
    public void closeBrowser(long browserId) {
        loop.post(LinkCalls.closeBrowser(browserId));
    }

    @Override
    public void listDestinations(String filter, ListSink sink) {
        loop.post(LinkCalls.list(filter, sink));
    }

    @Override
    public Reply close() {
        Answer reply = new Answer();
        loop.post(LinkCalls.close(reply));
        return reply;
    }
}
