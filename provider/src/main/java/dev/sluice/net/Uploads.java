package dev.sluice.net;

import dev.sluice.base.SharedLong;
import dev.sluice.link.Answer;
import dev.sluice.link.Command;
import dev.sluice.link.CommandEncoder;
import dev.sluice.link.Link.BodySource;
import dev.sluice.link.Link.Publication;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.link.TransientPart;
import dev.sluice.wire.RefusalCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;

/**
 * Sends bodies that are too long for their envelope, chunk by chunk, on the thread of the caller: it reads its own source, it waits for
 * room in the window, and others send between its chunks. Thread-safe.
 */
final class Uploads {
    private final LinkLoop loop;
    private final SharedLong lastStage = new SharedLong(0);

    Uploads(LinkLoop loop) {
        this.loop = loop;
    }

    Reply publish(CommandEncoder encoder, Publication publication, ByteBuf envelope, BodySource body)
            throws LinkException, InterruptedException {
        long stageId = lastStage.add(1);
        boolean complete = false;
        try {
            ArrayDeque<Command> chunks = new ArrayDeque<>();
            ByteBuf part = Unpooled.buffer();
            long bytes = body.bytes();
            for (long offset = 0; offset < bytes; offset += part.readableBytes()) {
                read(body, offset, part);
                Command chunk = Command.publishing(encoder.chunk(true, stageId, offset, part));
                NettyLink.enter(loop, loop.window, chunk.encodedBytes());
                loop.postLater(chunk);
                chunks.add(chunk);
                stopAtRefusal(chunks);
            }
            Command last = Command.publishing(encoder.publish(publication, true, stageId, envelope));
            NettyLink.enter(loop, loop.window, last.encodedBytes());
            loop.postLater(last);
            complete = true;
            return withReasonOfChunks(last, chunks);
        } finally {
            if (!complete) {
                Command drop = Command.publishing(encoder.dropStage(true, stageId));
                loop.window.force(drop.encodedBytes());
                loop.postLater(drop);
            }
        }
    }

    void publishTransient(CommandEncoder encoder, Publication publication, ByteBuf envelope, BodySource body)
            throws LinkException, InterruptedException {
        long stageId = lastStage.add(1);
        boolean complete = false;
        try {
            ByteBuf part = Unpooled.buffer();
            long bytes = body.bytes();
            for (long offset = 0; offset < bytes; offset += part.readableBytes()) {
                read(body, offset, part);
                post(new TransientPart(encoder.chunk(false, stageId, offset, part), stageId, offset == 0, false));
            }
            post(new TransientPart(encoder.publish(publication, false, stageId, envelope), stageId, bytes == 0, true));
            complete = true;
        } finally {
            if (!complete) {
                TransientPart drop = new TransientPart(encoder.dropStage(false, stageId), stageId, false, true);
                loop.transientWindow.force(drop.frame().readableBytes());
                loop.postLater(drop);
            }
        }
    }

    private void post(TransientPart part) throws LinkException, InterruptedException {
        NettyLink.enter(loop, loop.transientWindow, part.frame().readableBytes());
        loop.postLater(part);
    }

    private void read(BodySource body, long offset, ByteBuf part) {
        part.clear();
        int length = (int) Math.min(loop.chunkBytes.value(), body.bytes() - offset);
        part.ensureWritable(length);
        body.read(offset, part, length);
        if (part.readableBytes() != length) {
            throw new IllegalStateException("a body of " + body.bytes() + " bytes gave " + part.readableBytes() + " of "
                    + length + " bytes at offset " + offset);
        }
    }

    /** No need to send the rest of what will not be taken. */
    private static void stopAtRefusal(ArrayDeque<Command> chunks) throws LinkException {
        Command oldest = chunks.peek();
        while (oldest != null && oldest.isDone()) {
            Exception failure = oldest.failure();
            if (failure instanceof LinkException refusal) {
                throw refusal;
            }
            chunks.remove();
            oldest = chunks.peek();
        }
    }

    /** A refused chunk is why the stage is not complete. Answers come in order: the chunks' are there before the last one's. */
    private static Reply withReasonOfChunks(Command last, ArrayDeque<Command> chunks) {
        Answer answer = new Answer();
        last.whenDone((value, failure) -> {
            if (failure == null) {
                answer.succeed(value);
            } else if (failure.code() == RefusalCode.STAGE_UNKNOWN) {
                answer.fail(firstRefusal(chunks, failure));
            } else {
                answer.fail(failure);
            }
        });
        return answer;
    }

    private static LinkException firstRefusal(ArrayDeque<Command> chunks, LinkException otherwise) {
        try {
            stopAtRefusal(chunks);
            return otherwise;
        } catch (LinkException refusal) {
            return refusal;
        }
    }
}
