package dev.sluice.wire;

import dev.sluice.wire.codec.AcknowledgeDecoder;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.BranchState;
import dev.sluice.wire.codec.BrowseEndDecoder;
import dev.sluice.wire.codec.BrowsedDecoder;
import dev.sluice.wire.codec.BucketsChangedDecoder;
import dev.sluice.wire.codec.ChunkDecoder;
import dev.sluice.wire.codec.ClientHeartbeatDecoder;
import dev.sluice.wire.codec.CloseBrowserDecoder;
import dev.sluice.wire.codec.CloseConsumerDecoder;
import dev.sluice.wire.codec.CloseSessionDecoder;
import dev.sluice.wire.codec.ConfirmedDecoder;
import dev.sluice.wire.codec.ConsumerClosedDecoder;
import dev.sluice.wire.codec.CreateAddressDecoder;
import dev.sluice.wire.codec.CreatedDecoder;
import dev.sluice.wire.codec.CreditBrowserDecoder;
import dev.sluice.wire.codec.CreditDecoder;
import dev.sluice.wire.codec.DeleteAddressDecoder;
import dev.sluice.wire.codec.DeliverChunkDecoder;
import dev.sluice.wire.codec.DeliverDecoder;
import dev.sluice.wire.codec.DestinationInfoDecoder;
import dev.sluice.wire.codec.HelloDecoder;
import dev.sluice.wire.codec.ListDestinationsDecoder;
import dev.sluice.wire.codec.ListEndDecoder;
import dev.sluice.wire.codec.ListTransactionsDecoder;
import dev.sluice.wire.codec.MembersDecoder;
import dev.sluice.wire.codec.OpenBrowserDecoder;
import dev.sluice.wire.codec.OpenConsumerDecoder;
import dev.sluice.wire.codec.PublishDecoder;
import dev.sluice.wire.codec.PurgeDecoder;
import dev.sluice.wire.codec.PurgedDecoder;
import dev.sluice.wire.codec.ReattachDecoder;
import dev.sluice.wire.codec.ReattachedDecoder;
import dev.sluice.wire.codec.RedirectDecoder;
import dev.sluice.wire.codec.RefusedDecoder;
import dev.sluice.wire.codec.ReturnDecoder;
import dev.sluice.wire.codec.SendCreditDecoder;
import dev.sluice.wire.codec.ServerHeartbeatDecoder;
import dev.sluice.wire.codec.SetClientIdDecoder;
import dev.sluice.wire.codec.SubscriptionKind;
import dev.sluice.wire.codec.TakeDecoder;
import dev.sluice.wire.codec.TransactDecoder;
import dev.sluice.wire.codec.TransactKind;
import dev.sluice.wire.codec.TransactionInfoDecoder;
import dev.sluice.wire.codec.TransactionPartDecoder;
import dev.sluice.wire.codec.UnsubscribeDecoder;
import dev.sluice.wire.codec.WelcomeDecoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a frame of one template must look like before anyone reads it: its block, the values its fields may have, its group, and how
 * long its data may be. Immutable; the two tables are the whole of what {@link FrameChecker} knows.
 */
record FrameShape(
        String name,
        int blockBytes,
        List<Field> fields,
        @Nullable Group group,
        List<Data> data) {
    private static final int TEMPLATES = 256;
    private static final int ADDRESS_KIND_MAX = AddressKind.TOPIC.value();
    private static final int SUBSCRIPTION_KIND_MAX = SubscriptionKind.SHARED_DURABLE.value();
    private static final int TRANSACT_KIND_MAX = TransactKind.ENLIST.value();
    private static final int BRANCH_STATE_MAX = BranchState.COMMITTED.value();
    private static final List<Field> RANGE_FIELDS = List.of(
            new Field("priority", 0, 1, 0, Wire.PRIORITY_MAX),
            new Field("runLength", 2, 4, 1, Integer.MAX_VALUE),
            new Field("firstSequence", 6, 8, 0, Long.MAX_VALUE - Integer.MAX_VALUE));

    /** Frames that a client sends, by template. */
    static final @Nullable FrameShape[] FROM_CLIENT = new FrameShape[TEMPLATES];

    /** Frames that a server sends, by template. */
    static final @Nullable FrameShape[] FROM_SERVER = new FrameShape[TEMPLATES];

    /** {@code OpenConsumer} as it was in version 1 of the schema: without what a consumer brings of a redelivery policy. */
    static final FrameShape OPEN_CONSUMER_1 =
            openConsumer(OpenConsumerDecoder.redeliveryLimitEncodingOffset(), List.of());

    /** {@code Hello} as it was before version 3 of the schema. */
    static final FrameShape HELLO_2 = hello(List.of());

    private static final FrameShape OPEN_CONSUMER = openConsumer(
            OpenConsumerDecoder.BLOCK_LENGTH,
            List.of(
                    field(
                            "redeliveryLimit",
                            OpenConsumerDecoder.redeliveryLimitEncodingOffset(),
                            8,
                            -1,
                            Wire.REDELIVERY_LIMIT_MAX),
                    field(
                            "redeliveryDelayMillis",
                            OpenConsumerDecoder.redeliveryDelayMillisEncodingOffset(),
                            8,
                            -1,
                            Wire.REDELIVERY_DELAY_MILLIS_MAX),
                    field(
                            "redeliveryDelayGrowth",
                            OpenConsumerDecoder.redeliveryDelayGrowthEncodingOffset(),
                            8,
                            -1,
                            (Wire.REDELIVERY_MULTIPLIER_MAX - 1) * Wire.REDELIVERY_GROWTH_UNIT),
                    field(
                            "redeliveryDelayMillisMax",
                            OpenConsumerDecoder.redeliveryDelayMillisMaxEncodingOffset(),
                            8,
                            -1,
                            Wire.REDELIVERY_DELAY_MILLIS_MAX)));

    static {
        commands();
        otherFromClient();
        transactions();
        welcome();
        fromServer();
    }

    private static FrameShape hello(List<Data> further) {
        List<Data> data = new ArrayList<>(List.of(
                new Data("namespaceName", Wire.NAME_BYTES_MAX),
                new Data("clientId", Wire.NAME_BYTES_MAX),
                new Data("user", Wire.NAME_BYTES_MAX),
                new Data("password", Wire.NAME_BYTES_MAX),
                new Data("client", Wire.NAME_BYTES_MAX)));
        data.addAll(further);
        return new FrameShape(
                "Hello",
                HelloDecoder.BLOCK_LENGTH,
                List.of(field("sessionId", HelloDecoder.sessionIdEncodingOffset(), 8, 0, Long.MAX_VALUE)),
                null,
                List.copyOf(data));
    }

    private static void commands() {
        FROM_CLIENT[HelloDecoder.TEMPLATE_ID] = hello(List.of(new Data("unreached", Wire.NAME_BYTES_MAX)));
        FROM_CLIENT[SetClientIdDecoder.TEMPLATE_ID] = new FrameShape(
                "SetClientId",
                SetClientIdDecoder.BLOCK_LENGTH,
                List.of(field("number", SetClientIdDecoder.numberEncodingOffset(), 8, 1, Long.MAX_VALUE)),
                null,
                List.of(new Data("clientId", Wire.NAME_BYTES_MAX)));
        FROM_CLIENT[CreateAddressDecoder.TEMPLATE_ID] = new FrameShape(
                "CreateAddress",
                CreateAddressDecoder.BLOCK_LENGTH,
                List.of(
                        field("number", CreateAddressDecoder.numberEncodingOffset(), 8, 1, Long.MAX_VALUE),
                        field("kind", CreateAddressDecoder.kindEncodingOffset(), 1, 0, ADDRESS_KIND_MAX)),
                null,
                List.of(new Data("name", Wire.NAME_BYTES_MAX)));
        FROM_CLIENT[DeleteAddressDecoder.TEMPLATE_ID] = new FrameShape(
                "DeleteAddress",
                DeleteAddressDecoder.BLOCK_LENGTH,
                List.of(field("number", DeleteAddressDecoder.numberEncodingOffset(), 8, 1, Long.MAX_VALUE)),
                null,
                List.of());
        FROM_CLIENT[PublishDecoder.TEMPLATE_ID] = new FrameShape(
                "Publish",
                PublishDecoder.BLOCK_LENGTH,
                List.of(
                        field("number", PublishDecoder.numberEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field(
                                "timeToLiveMillis",
                                PublishDecoder.timeToLiveMillisEncodingOffset(),
                                8,
                                0,
                                Long.MAX_VALUE),
                        field("delayMillis", PublishDecoder.delayMillisEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field("stageId", PublishDecoder.stageIdEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field("transactionId", PublishDecoder.transactionIdEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field("priority", PublishDecoder.priorityEncodingOffset(), 1, 0, Wire.PRIORITY_MAX)),
                null,
                List.of(new Data("envelope", Wire.ENVELOPE_BYTES_MAX)));
        FROM_CLIENT[ChunkDecoder.TEMPLATE_ID] = new FrameShape(
                "Chunk",
                ChunkDecoder.BLOCK_LENGTH,
                List.of(
                        field("number", ChunkDecoder.numberEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field("stageId", ChunkDecoder.stageIdEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field("bodyOffset", ChunkDecoder.bodyOffsetEncodingOffset(), 8, 0, Long.MAX_VALUE)),
                null,
                List.of(new Data("data", Wire.CHUNK_BYTES_MAX)));
        FROM_CLIENT[OpenConsumerDecoder.TEMPLATE_ID] = OPEN_CONSUMER;
        FROM_CLIENT[ReattachDecoder.TEMPLATE_ID] = new FrameShape(
                "Reattach",
                ReattachDecoder.BLOCK_LENGTH,
                List.of(
                        field("epoch", ReattachDecoder.epochEncodingOffset(), 4, 0, 0xFFFF_FFFFL),
                        field("more", ReattachDecoder.moreEncodingOffset(), 1, 0, 1)),
                new Group("held", ReattachDecoder.HeldDecoder.sbeBlockLength(), RANGE_FIELDS),
                List.of());
        FROM_CLIENT[CloseConsumerDecoder.TEMPLATE_ID] = new FrameShape(
                "CloseConsumer",
                CloseConsumerDecoder.BLOCK_LENGTH,
                List.of(field("number", CloseConsumerDecoder.numberEncodingOffset(), 8, 1, Long.MAX_VALUE)),
                new Group("retained", CloseConsumerDecoder.RetainedDecoder.sbeBlockLength(), RANGE_FIELDS),
                List.of());
        FROM_CLIENT[AcknowledgeDecoder.TEMPLATE_ID] = new FrameShape(
                "Acknowledge",
                AcknowledgeDecoder.BLOCK_LENGTH,
                List.of(field("number", AcknowledgeDecoder.numberEncodingOffset(), 8, 0, Long.MAX_VALUE)),
                new Group("ranges", AcknowledgeDecoder.RangesDecoder.sbeBlockLength(), RANGE_FIELDS),
                List.of());
    }

    private static FrameShape openConsumer(int blockBytes, List<Field> further) {
        List<Field> fields = new ArrayList<>(List.of(
                field("number", OpenConsumerDecoder.numberEncodingOffset(), 8, 1, Long.MAX_VALUE),
                field("startPosition", OpenConsumerDecoder.startPositionEncodingOffset(), 8, 0, Long.MAX_VALUE),
                field("kind", OpenConsumerDecoder.kindEncodingOffset(), 1, 0, SUBSCRIPTION_KIND_MAX)));
        fields.addAll(further);
        return new FrameShape(
                "OpenConsumer",
                blockBytes,
                List.copyOf(fields),
                null,
                List.of(
                        new Data("subscription", Wire.NAME_BYTES_MAX),
                        new Data("selector", Wire.SELECTOR_BYTES_MAX),
                        new Data("pattern", Wire.NAME_BYTES_MAX)));
    }

    private static void otherFromClient() {
        FROM_CLIENT[ReturnDecoder.TEMPLATE_ID] = new FrameShape(
                "Return",
                ReturnDecoder.BLOCK_LENGTH,
                List.of(field("number", ReturnDecoder.numberEncodingOffset(), 8, 0, Long.MAX_VALUE)),
                new Group("failed", ReturnDecoder.FailedDecoder.sbeBlockLength(), RANGE_FIELDS),
                List.of());
        FROM_CLIENT[CreditDecoder.TEMPLATE_ID] = new FrameShape(
                "Credit",
                CreditDecoder.BLOCK_LENGTH,
                List.of(field("total", CreditDecoder.totalEncodingOffset(), 8, 0, Long.MAX_VALUE)),
                null,
                List.of());
        FROM_CLIENT[UnsubscribeDecoder.TEMPLATE_ID] = new FrameShape(
                "Unsubscribe",
                UnsubscribeDecoder.BLOCK_LENGTH,
                List.of(field("number", UnsubscribeDecoder.numberEncodingOffset(), 8, 1, Long.MAX_VALUE)),
                null,
                List.of(new Data("subscription", Wire.NAME_BYTES_MAX)));
        FROM_CLIENT[OpenBrowserDecoder.TEMPLATE_ID] = new FrameShape(
                "OpenBrowser",
                OpenBrowserDecoder.BLOCK_LENGTH,
                List.of(field("total", OpenBrowserDecoder.totalEncodingOffset(), 8, 0, Long.MAX_VALUE)),
                null,
                List.of(new Data("selector", Wire.SELECTOR_BYTES_MAX)));
        FROM_CLIENT[CreditBrowserDecoder.TEMPLATE_ID] = new FrameShape(
                "CreditBrowser",
                CreditBrowserDecoder.BLOCK_LENGTH,
                List.of(field("total", CreditBrowserDecoder.totalEncodingOffset(), 8, 0, Long.MAX_VALUE)),
                null,
                List.of());
        FROM_CLIENT[CloseBrowserDecoder.TEMPLATE_ID] =
                new FrameShape("CloseBrowser", CloseBrowserDecoder.BLOCK_LENGTH, List.of(), null, List.of());
        FROM_CLIENT[ClientHeartbeatDecoder.TEMPLATE_ID] = new FrameShape(
                "ClientHeartbeat",
                ClientHeartbeatDecoder.BLOCK_LENGTH,
                List.of(field(
                        "confirmedThrough",
                        ClientHeartbeatDecoder.confirmedThroughEncodingOffset(),
                        8,
                        0,
                        Long.MAX_VALUE)),
                null,
                List.of());
        FROM_CLIENT[CloseSessionDecoder.TEMPLATE_ID] = new FrameShape(
                "CloseSession",
                CloseSessionDecoder.BLOCK_LENGTH,
                List.of(field("number", CloseSessionDecoder.numberEncodingOffset(), 8, 1, Long.MAX_VALUE)),
                null,
                List.of());
        FROM_CLIENT[ListDestinationsDecoder.TEMPLATE_ID] = new FrameShape(
                "ListDestinations",
                ListDestinationsDecoder.BLOCK_LENGTH,
                List.of(),
                null,
                List.of(new Data("filter", Wire.NAME_BYTES_MAX)));
        FROM_CLIENT[PurgeDecoder.TEMPLATE_ID] = new FrameShape(
                "Purge",
                PurgeDecoder.BLOCK_LENGTH,
                List.of(field("number", PurgeDecoder.numberEncodingOffset(), 8, 1, Long.MAX_VALUE)),
                null,
                List.of());
    }

    private static void transactions() {
        FROM_CLIENT[TakeDecoder.TEMPLATE_ID] = new FrameShape(
                "Take",
                TakeDecoder.BLOCK_LENGTH,
                List.of(
                        field("number", TakeDecoder.numberEncodingOffset(), 8, 1, Long.MAX_VALUE),
                        field("transactionId", TakeDecoder.transactionIdEncodingOffset(), 8, 1, Long.MAX_VALUE)),
                new Group("ranges", TakeDecoder.RangesDecoder.sbeBlockLength(), RANGE_FIELDS),
                List.of());
        FROM_CLIENT[TransactDecoder.TEMPLATE_ID] = new FrameShape(
                "Transact",
                TransactDecoder.BLOCK_LENGTH,
                List.of(
                        field("number", TransactDecoder.numberEncodingOffset(), 8, 1, Long.MAX_VALUE),
                        field("transactionId", TransactDecoder.transactionIdEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field("timeoutMillis", TransactDecoder.timeoutMillisEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field("kind", TransactDecoder.kindEncodingOffset(), 1, 0, TRANSACT_KIND_MAX)),
                null,
                List.of(
                        new Data("globalTransactionId", Wire.XID_PART_BYTES_MAX),
                        new Data("branchQualifier", Wire.XID_PART_BYTES_MAX)));
        FROM_CLIENT[ListTransactionsDecoder.TEMPLATE_ID] = new FrameShape(
                "ListTransactions",
                ListTransactionsDecoder.BLOCK_LENGTH,
                List.of(
                        field("inDoubt", ListTransactionsDecoder.inDoubtEncodingOffset(), 1, 0, 1),
                        field("parts", ListTransactionsDecoder.partsEncodingOffset(), 1, 0, 1)),
                null,
                List.of());
        FROM_SERVER[TransactionInfoDecoder.TEMPLATE_ID] = new FrameShape(
                "TransactionInfo",
                TransactionInfoDecoder.BLOCK_LENGTH,
                List.of(field("state", TransactionInfoDecoder.stateEncodingOffset(), 1, 0, BRANCH_STATE_MAX)),
                null,
                List.of(
                        new Data("globalTransactionId", Wire.XID_PART_BYTES_MAX),
                        new Data("branchQualifier", Wire.XID_PART_BYTES_MAX),
                        new Data("clientId", Wire.NAME_BYTES_MAX)));
        FROM_SERVER[TransactionPartDecoder.TEMPLATE_ID] = new FrameShape(
                "TransactionPart",
                TransactionPartDecoder.BLOCK_LENGTH,
                List.of(field("kind", TransactionPartDecoder.kindEncodingOffset(), 1, 0, ADDRESS_KIND_MAX)),
                null,
                List.of(new Data("name", Wire.NAME_BYTES_MAX)));
    }

    private static void welcome() {
        FROM_SERVER[WelcomeDecoder.TEMPLATE_ID] = new FrameShape(
                "Welcome",
                WelcomeDecoder.BLOCK_LENGTH,
                List.of(
                        field("sessionId", WelcomeDecoder.sessionIdEncodingOffset(), 8, 1, Long.MAX_VALUE),
                        field("resumed", WelcomeDecoder.resumedEncodingOffset(), 1, 0, 1),
                        field("lastNumber", WelcomeDecoder.lastNumberEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field("shards", WelcomeDecoder.shardsEncodingOffset(), 2, 1, Wire.SHARDS_MAX),
                        field("bucketsVersion", WelcomeDecoder.bucketsVersionEncodingOffset(), 8, 1, Long.MAX_VALUE),
                        field(
                                "frameBytesMax",
                                WelcomeDecoder.frameBytesMaxEncodingOffset(),
                                4,
                                Wire.HELLO_FRAME_BYTES_MAX,
                                Wire.FRAME_BYTES_MAX),
                        field(
                                "chunkBytesMax",
                                WelcomeDecoder.chunkBytesMaxEncodingOffset(),
                                4,
                                1,
                                Wire.CHUNK_BYTES_MAX),
                        field("windowCommands", WelcomeDecoder.windowCommandsEncodingOffset(), 4, 1, Integer.MAX_VALUE),
                        field("windowBytes", WelcomeDecoder.windowBytesEncodingOffset(), 4, 1, Integer.MAX_VALUE)),
                null,
                List.of(new Data("server", Wire.NAME_BYTES_MAX), new Data("buckets", BucketMap.BYTES_MAX)));
        FROM_SERVER[BucketsChangedDecoder.TEMPLATE_ID] = new FrameShape(
                "BucketsChanged",
                BucketsChangedDecoder.BLOCK_LENGTH,
                List.of(
                        field("version", BucketsChangedDecoder.versionEncodingOffset(), 8, 1, Long.MAX_VALUE),
                        field("shards", BucketsChangedDecoder.shardsEncodingOffset(), 2, 1, Wire.SHARDS_MAX)),
                null,
                List.of(new Data("buckets", BucketMap.BYTES_MAX)));
        FROM_SERVER[RedirectDecoder.TEMPLATE_ID] = new FrameShape(
                "Redirect",
                RedirectDecoder.BLOCK_LENGTH,
                List.of(),
                null,
                List.of(new Data("server", Wire.NAME_BYTES_MAX)));
        FROM_SERVER[MembersDecoder.TEMPLATE_ID] = new FrameShape(
                "Members",
                MembersDecoder.BLOCK_LENGTH,
                List.of(),
                null,
                List.of(new Data("servers", Wire.TEXT_BYTES_MAX)));
    }

    private static void fromServer() {
        FROM_SERVER[RefusedDecoder.TEMPLATE_ID] = new FrameShape(
                "Refused",
                RefusedDecoder.BLOCK_LENGTH,
                List.of(field("number", RefusedDecoder.numberEncodingOffset(), 8, 0, Long.MAX_VALUE)),
                null,
                List.of(new Data("text", Wire.TEXT_BYTES_MAX)));
        FROM_SERVER[ConfirmedDecoder.TEMPLATE_ID] = new FrameShape(
                "Confirmed",
                ConfirmedDecoder.BLOCK_LENGTH,
                List.of(field("through", ConfirmedDecoder.throughEncodingOffset(), 8, 0, Long.MAX_VALUE)),
                null,
                List.of());
        FROM_SERVER[CreatedDecoder.TEMPLATE_ID] = new FrameShape(
                "Created",
                CreatedDecoder.BLOCK_LENGTH,
                List.of(field("number", CreatedDecoder.numberEncodingOffset(), 8, 1, Long.MAX_VALUE)),
                null,
                List.of());
        FROM_SERVER[DeliverDecoder.TEMPLATE_ID] = new FrameShape(
                "Deliver",
                DeliverDecoder.BLOCK_LENGTH,
                List.of(
                        field("sequence", DeliverDecoder.sequenceEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field("bodyBytes", DeliverDecoder.bodyBytesEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field("priority", DeliverDecoder.priorityEncodingOffset(), 1, 0, Wire.PRIORITY_MAX)),
                null,
                List.of(new Data("envelope", Wire.ENVELOPE_BYTES_MAX)));
        FROM_SERVER[DeliverChunkDecoder.TEMPLATE_ID] = new FrameShape(
                "DeliverChunk",
                DeliverChunkDecoder.BLOCK_LENGTH,
                List.of(
                        field("sequence", DeliverChunkDecoder.sequenceEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field("bodyOffset", DeliverChunkDecoder.bodyOffsetEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field("priority", DeliverChunkDecoder.priorityEncodingOffset(), 1, 0, Wire.PRIORITY_MAX)),
                null,
                List.of(new Data("data", Wire.CHUNK_BYTES_MAX)));
        FROM_SERVER[SendCreditDecoder.TEMPLATE_ID] = new FrameShape(
                "SendCredit",
                SendCreditDecoder.BLOCK_LENGTH,
                List.of(field("takenBytes", SendCreditDecoder.takenBytesEncodingOffset(), 8, 0, Long.MAX_VALUE)),
                null,
                List.of());
        FROM_SERVER[BrowsedDecoder.TEMPLATE_ID] = new FrameShape(
                "Browsed",
                BrowsedDecoder.BLOCK_LENGTH,
                List.of(
                        field("sequence", BrowsedDecoder.sequenceEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field("bodyBytes", BrowsedDecoder.bodyBytesEncodingOffset(), 8, 0, Long.MAX_VALUE),
                        field("priority", BrowsedDecoder.priorityEncodingOffset(), 1, 0, Wire.PRIORITY_MAX)),
                null,
                List.of(new Data("envelope", Wire.ENVELOPE_BYTES_MAX)));
        FROM_SERVER[BrowseEndDecoder.TEMPLATE_ID] = new FrameShape(
                "BrowseEnd",
                BrowseEndDecoder.BLOCK_LENGTH,
                List.of(),
                null,
                List.of(new Data("text", Wire.TEXT_BYTES_MAX)));
        FROM_SERVER[ServerHeartbeatDecoder.TEMPLATE_ID] =
                new FrameShape("ServerHeartbeat", ServerHeartbeatDecoder.BLOCK_LENGTH, List.of(), null, List.of());
        FROM_SERVER[ConsumerClosedDecoder.TEMPLATE_ID] = new FrameShape(
                "ConsumerClosed",
                ConsumerClosedDecoder.BLOCK_LENGTH,
                List.of(),
                null,
                List.of(new Data("text", Wire.TEXT_BYTES_MAX)));
        FROM_SERVER[ReattachedDecoder.TEMPLATE_ID] = new FrameShape(
                "Reattached",
                ReattachedDecoder.BLOCK_LENGTH,
                List.of(field("claimed", ReattachedDecoder.claimedEncodingOffset(), 1, 0, 1)),
                null,
                List.of());
        FROM_SERVER[DestinationInfoDecoder.TEMPLATE_ID] = new FrameShape(
                "DestinationInfo",
                DestinationInfoDecoder.BLOCK_LENGTH,
                List.of(field("kind", DestinationInfoDecoder.kindEncodingOffset(), 1, 0, ADDRESS_KIND_MAX)),
                null,
                List.of(new Data("name", Wire.NAME_BYTES_MAX)));
        FROM_SERVER[ListEndDecoder.TEMPLATE_ID] =
                new FrameShape("ListEnd", ListEndDecoder.BLOCK_LENGTH, List.of(), null, List.of());
        FROM_SERVER[PurgedDecoder.TEMPLATE_ID] = new FrameShape(
                "Purged",
                PurgedDecoder.BLOCK_LENGTH,
                List.of(
                        field("number", PurgedDecoder.numberEncodingOffset(), 8, 1, Long.MAX_VALUE),
                        field("messages", PurgedDecoder.messagesEncodingOffset(), 8, 0, Long.MAX_VALUE)),
                null,
                List.of());
    }

    private static Field field(String name, int offset, int bytes, long min, long max) {
        return new Field(name, offset, bytes, min, max);
    }

    /** An integer of the block: {@code bytes} is 1, 2, 4 (these unsigned) or 8. */
    record Field(String name, int offset, int bytes, long min, long max) {}

    /** A group of ranges; each entry has at least {@code entryBytes}. */
    record Group(String name, int entryBytes, List<Field> fields) {}

    /** Data of variable length. */
    record Data(String name, int bytesMax) {}
}
