package dev.sluice.link;

import dev.sluice.wire.BucketMap;
import dev.sluice.wire.FrameException;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.ServerFrames;
import dev.sluice.wire.codec.BrowseEndDecoder;
import dev.sluice.wire.codec.BrowsedDecoder;
import dev.sluice.wire.codec.BucketsChangedDecoder;
import dev.sluice.wire.codec.ConfirmedDecoder;
import dev.sluice.wire.codec.ConsumerClosedDecoder;
import dev.sluice.wire.codec.CreatedDecoder;
import dev.sluice.wire.codec.DeliverChunkDecoder;
import dev.sluice.wire.codec.DeliverDecoder;
import dev.sluice.wire.codec.DestinationInfoDecoder;
import dev.sluice.wire.codec.ListEndDecoder;
import dev.sluice.wire.codec.MembersDecoder;
import dev.sluice.wire.codec.PurgedDecoder;
import dev.sluice.wire.codec.ReattachedDecoder;
import dev.sluice.wire.codec.RedirectDecoder;
import dev.sluice.wire.codec.RefusedDecoder;
import dev.sluice.wire.codec.SendCreditDecoder;
import dev.sluice.wire.codec.ServerHeartbeatDecoder;
import dev.sluice.wire.codec.TransactionInfoDecoder;
import dev.sluice.wire.codec.TransactionPartDecoder;
import dev.sluice.wire.codec.WelcomeDecoder;
import java.nio.charset.StandardCharsets;

/** Brings each frame of the server to the part of the link machine that it concerns; after the socket was given up, to none. */
final class Incoming implements ServerFrames {
    private final LinkMachine machine;

    Incoming(LinkMachine machine) {
        this.machine = machine;
    }

    @Override
    public void welcome(WelcomeDecoder frame) {
        machine.welcome(frame);
    }

    @Override
    public void redirect(RedirectDecoder frame) {
        if (machine.isAttached()) {
            throw new FrameException("Redirect in the middle of a connection");
        }
        long clusterId = frame.clusterId();
        byte[] bytes = new byte[frame.serverLength()];
        String server = new String(bytes, 0, frame.getServer(bytes, 0, bytes.length), StandardCharsets.UTF_8);
        if (machine.isGreeting()) {
            machine.redirected(server, clusterId);
        }
    }

    @Override
    public void members(MembersDecoder frame) {
        if (isOn("Members")) {
            byte[] bytes = new byte[frame.serversLength()];
            String servers = new String(bytes, 0, frame.getServers(bytes, 0, bytes.length), StandardCharsets.UTF_8);
            machine.listener.members(machine.candidates.learned(servers));
        }
    }

    @Override
    public void refused(RefusedDecoder frame) {
        long number = frame.number();
        RefusalCode code = RefusalCode.of(frame.code());
        LinkException why = new LinkException(code, text(frame), frame.limitValue(), frame.actualValue());
        if (number == 0 || code == RefusalCode.NUMBER_GAP) {
            machine.refusedConnection(why);
        } else if (isOn("Refused")) {
            machine.commands().refused(number, why);
        }
    }

    private static String text(RefusedDecoder frame) {
        long limit = frame.limitValue();
        long actual = frame.actualValue();
        byte[] bytes = new byte[frame.textLength()];
        String text = new String(bytes, 0, frame.getText(bytes, 0, bytes.length), StandardCharsets.UTF_8);
        return (limit == 0 && actual == 0) || text.contains(Long.toString(limit))
                ? text
                : text + " (limit " + limit + ", actual " + actual + ")";
    }

    @Override
    public void confirmed(ConfirmedDecoder frame) {
        if (isOn("Confirmed")) {
            machine.confirmed(frame.through());
        }
    }

    @Override
    public void created(CreatedDecoder frame) {
        if (isOn("Created")) {
            machine.commands().result(frame.number(), frame.id());
        }
    }

    @Override
    public void purged(PurgedDecoder frame) {
        if (isOn("Purged")) {
            machine.commands().result(frame.number(), frame.messages());
        }
    }

    @Override
    public void deliver(DeliverDecoder frame) {
        if (isOn("Deliver")) {
            machine.consumers().deliver(frame);
        }
    }

    @Override
    public void deliverChunk(DeliverChunkDecoder frame) {
        if (isOn("DeliverChunk") && !machine.browsing().chunk(frame)) {
            machine.consumers().chunk(frame);
        }
    }

    @Override
    public void sendCredit(SendCreditDecoder frame) {
        if (isOn("SendCredit")) {
            machine.taken(frame.takenBytes());
        }
    }

    @Override
    public void browsed(BrowsedDecoder frame) {
        if (isOn("Browsed")) {
            machine.browsing().browsed(frame);
        }
    }

    @Override
    public void browseEnd(BrowseEndDecoder frame) {
        if (isOn("BrowseEnd")) {
            machine.browsing().browseEnd(frame);
        }
    }

    @Override
    public void serverHeartbeat(ServerHeartbeatDecoder frame) {
        if (isOn("ServerHeartbeat")) {
            machine.serverTime(frame.serverTimeMillis());
        }
    }

    @Override
    public void bucketsChanged(BucketsChangedDecoder frame) {
        if (isOn("BucketsChanged")) {
            machine.listener.buckets(BucketMap.of(frame));
        }
    }

    @Override
    public void consumerClosed(ConsumerClosedDecoder frame) {
        if (isOn("ConsumerClosed")) {
            machine.consumers().closed(frame);
            machine.settleClaims();
        }
    }

    @Override
    public void reattached(ReattachedDecoder frame) {
        if (isOn("Reattached")) {
            machine.consumers().reattached(frame);
            machine.settleClaims();
        }
    }

    @Override
    public void destinationInfo(DestinationInfoDecoder frame) {
        if (isOn("DestinationInfo")) {
            machine.browsing().destination(frame);
        }
    }

    @Override
    public void listEnd(ListEndDecoder frame) {
        if (isOn("ListEnd")) {
            machine.browsing().listEnd(frame);
        }
    }

    @Override
    public void transactionInfo(TransactionInfoDecoder frame) {
        if (isOn("TransactionInfo")) {
            machine.browsing().transaction(frame);
        }
    }

    @Override
    public void transactionPart(TransactionPartDecoder frame) {
        if (isOn("TransactionPart")) {
            machine.browsing().part(frame);
        }
    }

    private boolean isOn(String frame) {
        if (machine.isGreeting()) {
            throw new FrameException(frame + " before Welcome");
        }
        return machine.isAttached();
    }
}
