package dev.sluice.server.core;

import dev.sluice.link.Answer;
import dev.sluice.link.BranchXid;
import dev.sluice.link.Link;
import dev.sluice.link.Link.Transaction;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.link.TransactionSink;
import dev.sluice.wire.RefusalCode;
import java.lang.reflect.Proxy;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A link to the machine of one shard: what is asked happens at once, on the calling thread. It ends when its client dies, just before what
 * is asked happens or just after, when no answer comes any more.
 */
final class ShardLink {
    private final Given given;
    private final Client client;
    private final BooleanSupplier diesBefore;
    private final BooleanSupplier diesAfter;

    private ShardLink(Given given, Client client, BooleanSupplier diesBefore, BooleanSupplier diesAfter) {
        this.given = given;
        this.client = client;
        this.diesBefore = diesBefore;
        this.diesAfter = diesAfter;
    }

    static Link of(Given given, Client client, BooleanSupplier diesBefore, BooleanSupplier diesAfter) {
        ShardLink link = new ShardLink(given, client, diesBefore, diesAfter);
        return (Link) Proxy.newProxyInstance(
                Link.class.getClassLoader(),
                new Class<?>[] {Link.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "keyHigh" -> client.session().keyHigh();
                    case "keyLow" -> client.session().keyLow();
                    case "serverTimeMillis" -> given.nowMillis;
                    case "transact" -> link.transact((Transaction) arguments[0]);
                    case "listTransactions" -> link.list((Boolean) arguments[0], (TransactionSink) arguments[1]);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    static @Nullable Xid xid(javax.transaction.xa.@Nullable Xid name) {
        return name == null
                ? null
                : Xid.of(name.getFormatId(), name.getGlobalTransactionId(), name.getBranchQualifier());
    }

    private Reply transact(Transaction what) {
        if (diesBefore.getAsBoolean()) {
            return new Answer();
        }
        Xid name = xid(what.xid());
        Session.Answer answer = client.transact(new MachineCommands.Transact(
                what.kind(), what.transactionId(), name, what.timeoutMillis(), what.parts()));
        if (diesAfter.getAsBoolean()) {
            return new Answer();
        }
        if (answer == null) {
            return Answer.done(0);
        }
        return answer.code() == null
                ? Answer.done(answer.value())
                : Answer.failed(new LinkException(answer.code(), answer.text()));
    }

    private @Nullable Object list(boolean inDoubt, TransactionSink sink) {
        if (diesBefore.getAsBoolean()) {
            sink.end(new LinkException(RefusalCode.INTERNAL, "dead"));
            return null;
        }
        for (Branch branch : given.machine.catalog().branches()) {
            if (!inDoubt || branch.state().isInDoubt()) {
                Xid xid = branch.xid();
                sink.transaction(new TransactionSink.Branch(
                        branch.id(),
                        xid == null
                                ? null
                                : new BranchXid(
                                        xid.formatId(),
                                        Xid.bytes(xid.globalTransactionId()),
                                        Xid.bytes(xid.branchQualifier())),
                        branch.state().onWire(),
                        new TransactionSink.Times(branch.origin().startedMillis(), branch.preparedMillis()),
                        new TransactionSink.Work(branch.stagedMessages(), branch.takenMessages()),
                        branch.origin().clientId(),
                        0));
            }
        }
        sink.end(null);
        return null;
    }
}
