package dev.sluice.wire;

import dev.sluice.wire.codec.BrowseEndEncoder;
import dev.sluice.wire.codec.BrowsedEncoder;
import dev.sluice.wire.codec.BucketsChangedEncoder;
import dev.sluice.wire.codec.ConfirmedEncoder;
import dev.sluice.wire.codec.ConsumerClosedEncoder;
import dev.sluice.wire.codec.CreatedEncoder;
import dev.sluice.wire.codec.DeliverChunkEncoder;
import dev.sluice.wire.codec.DeliverEncoder;
import dev.sluice.wire.codec.DestinationInfoEncoder;
import dev.sluice.wire.codec.ListEndEncoder;
import dev.sluice.wire.codec.MembersEncoder;
import dev.sluice.wire.codec.PurgedEncoder;
import dev.sluice.wire.codec.ReattachedEncoder;
import dev.sluice.wire.codec.RedirectEncoder;
import dev.sluice.wire.codec.RefusedEncoder;
import dev.sluice.wire.codec.SendCreditEncoder;
import dev.sluice.wire.codec.ServerHeartbeatEncoder;
import dev.sluice.wire.codec.TransactionInfoEncoder;
import dev.sluice.wire.codec.TransactionPartEncoder;
import dev.sluice.wire.codec.WelcomeEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of a server. Frames without large data also have a method that writes all of them at once.
 * Begin a frame, fill its encoder in the order of the schema, then {@link #end} with the encoder's limit. Allocates nothing; owned by
 * one thread.
 */
public final class ServerFrameWriter extends FrameWriter {
    private final WelcomeEncoder welcome = new WelcomeEncoder();
    private final BucketsChangedEncoder bucketsChanged = new BucketsChangedEncoder();
    private final RefusedEncoder refused = new RefusedEncoder();
    private final ConfirmedEncoder confirmed = new ConfirmedEncoder();
    private final CreatedEncoder created = new CreatedEncoder();
    private final DeliverEncoder deliver = new DeliverEncoder();
    private final DeliverChunkEncoder deliverChunk = new DeliverChunkEncoder();
    private final SendCreditEncoder sendCredit = new SendCreditEncoder();
    private final BrowsedEncoder browsed = new BrowsedEncoder();
    private final BrowseEndEncoder browseEnd = new BrowseEndEncoder();
    private final ServerHeartbeatEncoder serverHeartbeat = new ServerHeartbeatEncoder();
    private final ConsumerClosedEncoder consumerClosed = new ConsumerClosedEncoder();
    private final ReattachedEncoder reattached = new ReattachedEncoder();
    private final DestinationInfoEncoder destinationInfo = new DestinationInfoEncoder();
    private final ListEndEncoder listEnd = new ListEndEncoder();
    private final PurgedEncoder purged = new PurgedEncoder();
    private final TransactionInfoEncoder transactionInfo = new TransactionInfoEncoder();
    private final TransactionPartEncoder transactionPart = new TransactionPartEncoder();

    /** Begins the frame, with its data and what they go with. */
    public WelcomeEncoder welcome(String server, BucketMap map) {
        byte[] name = server.getBytes(StandardCharsets.UTF_8);
        byte[] runs = map.encode();
        int offset = begin(WelcomeEncoder.BLOCK_LENGTH + 2 * DATA_HEADER_BYTES + name.length + runs.length);
        return welcome.wrapAndApplyHeader(buffer(), offset, header())
                .shards(map.shards())
                .bucketsVersion(map.version())
                .putServer(name, 0, name.length)
                .putBuckets(runs, 0, runs.length);
    }

    /** Writes the frame. */
    public void bucketsChangedFrame(BucketMap map) {
        byte[] runs = map.encode();
        int offset = begin(BucketsChangedEncoder.BLOCK_LENGTH + DATA_HEADER_BYTES + runs.length);
        end(bucketsChanged
                .wrapAndApplyHeader(buffer(), offset, header())
                .version(map.version())
                .shards(map.shards())
                .putBuckets(runs, 0, runs.length)
                .limit());
    }

    /** Writes the frame. */
    public void redirectFrame(long clusterId, String server) {
        byte[] text = textBytes(server);
        int offset = begin(RedirectEncoder.BLOCK_LENGTH + DATA_HEADER_BYTES + text.length);
        end(new RedirectEncoder()
                .wrapAndApplyHeader(buffer(), offset, header())
                .clusterId(clusterId)
                .putServer(text, 0, text.length)
                .limit());
    }

    /** Writes the frame. */
    public void membersFrame(String servers) {
        byte[] text = textBytes(servers);
        int offset = begin(MembersEncoder.BLOCK_LENGTH + DATA_HEADER_BYTES + text.length);
        end(new MembersEncoder()
                .wrapAndApplyHeader(buffer(), offset, header())
                .putServers(text, 0, text.length)
                .limit());
    }

    /** Begins the frame; room for its data. */
    public RefusedEncoder refused(int dataBytes) {
        int offset = begin(RefusedEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return refused.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public ConfirmedEncoder confirmed() {
        int offset = begin(ConfirmedEncoder.BLOCK_LENGTH);
        return confirmed.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public CreatedEncoder created() {
        int offset = begin(CreatedEncoder.BLOCK_LENGTH);
        return created.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for its data. */
    public DeliverEncoder deliver(int dataBytes) {
        int offset = begin(DeliverEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return deliver.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for its data. */
    public DeliverChunkEncoder deliverChunk(int dataBytes) {
        int offset = begin(DeliverChunkEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return deliverChunk.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public SendCreditEncoder sendCredit() {
        int offset = begin(SendCreditEncoder.BLOCK_LENGTH);
        return sendCredit.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for its data. */
    public BrowsedEncoder browsed(int dataBytes) {
        int offset = begin(BrowsedEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return browsed.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for its data. */
    public BrowseEndEncoder browseEnd(int dataBytes) {
        int offset = begin(BrowseEndEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return browseEnd.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public ServerHeartbeatEncoder serverHeartbeat() {
        int offset = begin(ServerHeartbeatEncoder.BLOCK_LENGTH);
        return serverHeartbeat.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for its data. */
    public ConsumerClosedEncoder consumerClosed(int dataBytes) {
        int offset = begin(ConsumerClosedEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return consumerClosed.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public ReattachedEncoder reattached() {
        int offset = begin(ReattachedEncoder.BLOCK_LENGTH);
        return reattached.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for its data. */
    public DestinationInfoEncoder destinationInfo(int dataBytes) {
        int offset = begin(DestinationInfoEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return destinationInfo.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public ListEndEncoder listEnd() {
        int offset = begin(ListEndEncoder.BLOCK_LENGTH);
        return listEnd.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public PurgedEncoder purged() {
        int offset = begin(PurgedEncoder.BLOCK_LENGTH);
        return purged.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for all data together. */
    public TransactionInfoEncoder transactionInfo(int dataBytes) {
        int offset = begin(TransactionInfoEncoder.BLOCK_LENGTH + 3 * DATA_HEADER_BYTES + dataBytes);
        return transactionInfo.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for its data. */
    public TransactionPartEncoder transactionPart(int dataBytes) {
        int offset = begin(TransactionPartEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return transactionPart.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Writes the frame. */
    public void confirmedFrame(long through) {
        end(confirmed().through(through).limit());
    }

    /** Writes the frame. */
    public void createdFrame(long number, long id) {
        end(created().number(number).id(id).limit());
    }

    /** Writes the frame; a text beyond {@link Wire#TEXT_BYTES_MAX} is cut. */
    public void refusedFrame(long number, RefusalCode code, long limitValue, long actualValue, String text) {
        byte[] bytes = textBytes(text);
        end(refused(bytes.length)
                .number(number)
                .code(code.code())
                .limitValue(limitValue)
                .actualValue(actualValue)
                .putText(bytes, 0, bytes.length)
                .limit());
    }

    /** Writes the frame. */
    public void sendCreditFrame(long takenBytes) {
        end(sendCredit().takenBytes(takenBytes).limit());
    }

    /** Writes the frame; {@code code} null for a complete browse. */
    public void browseEndFrame(long browserId, @Nullable RefusalCode code, String text) {
        byte[] bytes = textBytes(text);
        end(browseEnd(bytes.length)
                .browserId(browserId)
                .code(code == null ? 0 : code.code())
                .putText(bytes, 0, bytes.length)
                .limit());
    }

    /** Writes the frame. */
    public void serverHeartbeatFrame(long serverTimeMillis) {
        end(serverHeartbeat().serverTimeMillis(serverTimeMillis).limit());
    }

    /** Writes the frame; a text beyond {@link Wire#TEXT_BYTES_MAX} is cut. */
    public void consumerClosedFrame(long consumerId, RefusalCode code, String text) {
        byte[] bytes = textBytes(text);
        end(consumerClosed(bytes.length)
                .consumerId(consumerId)
                .code(code.code())
                .putText(bytes, 0, bytes.length)
                .limit());
    }

    /** Writes the frame. */
    public void reattachedFrame(long consumerId, long epoch, boolean claimed) {
        end(reattached()
                .consumerId(consumerId)
                .epoch(epoch)
                .claimed((short) (claimed ? 1 : 0))
                .limit());
    }

    /** Writes the frame. */
    public void listEndFrame(long requestId) {
        end(listEnd().requestId(requestId).limit());
    }

    /** Writes the frame. */
    public void purgedFrame(long number, long messages) {
        end(purged().number(number).messages(messages).limit());
    }

    private static byte[] textBytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= Wire.TEXT_BYTES_MAX) {
            return bytes;
        }
        int end = Wire.TEXT_BYTES_MAX;
        // Not in the middle of a character.
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }
}
