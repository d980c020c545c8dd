package dev.sluice.server.simulation.client;

import dev.sluice.link.Answer;
import dev.sluice.link.Command;
import dev.sluice.link.CommandEncoder;
import dev.sluice.link.Link.BodySource;
import dev.sluice.link.Link.Publication;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.server.simulation.stage.HeapBuffers;
import dev.sluice.wire.RefusalCode;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A body on its way to the servers in pieces, as the real client sends it; but it waits for no room. */
final class Upload {
    private final CommandEncoder encoder;
    private final Consumer<Command> submit;
    private final List<Command> chunks = new ArrayList<>();

    Upload(CommandEncoder encoder, Consumer<Command> submit) {
        this.encoder = encoder;
        this.submit = submit;
    }

    /** Sends all of it, and the message; {@code stageId} is of no other one of the link. */
    Reply publish(long stageId, Publication publication, ByteBuf envelope, BodySource body, int chunkBytes) {
        long bytes = body.bytes();
        for (long offset = 0; offset < bytes; offset += chunkBytes) {
            int length = (int) Math.min(chunkBytes, bytes - offset);
            ByteBuf part = HeapBuffers.ALLOCATOR.heapBuffer(length);
            body.read(offset, part, length);
            Command chunk = Command.publishing(encoder.chunk(true, stageId, offset, part));
            chunks.add(chunk);
            submit.accept(chunk);
        }
        Command last = Command.publishing(encoder.publish(publication, true, stageId, envelope));
        submit.accept(last);
        return withReasonOfChunks(last);
    }

    /** Sends the first piece, and then gives up. */
    void abandon(long stageId, BodySource body, int chunkBytes) {
        int length = (int) Math.min(chunkBytes, body.bytes());
        ByteBuf part = HeapBuffers.ALLOCATOR.heapBuffer(length);
        body.read(0, part, length);
        submit.accept(Command.publishing(encoder.chunk(true, stageId, 0, part)));
        submit.accept(Command.publishing(encoder.dropStage(true, stageId)));
    }

    private Reply withReasonOfChunks(Command last) {
        Answer answer = new Answer();
        last.whenDone((value, failure) -> {
            if (failure == null) {
                answer.succeed(value);
            } else {
                answer.fail(failure.code() == RefusalCode.STAGE_UNKNOWN ? firstRefusal(failure) : failure);
            }
        });
        return answer;
    }

    private LinkException firstRefusal(LinkException otherwise) {
        for (Command chunk : chunks) {
            if (chunk.isDone() && chunk.failure() instanceof LinkException refusal) {
                return refusal;
            }
        }
        return otherwise;
    }
}
