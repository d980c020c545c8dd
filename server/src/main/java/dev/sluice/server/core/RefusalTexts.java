package dev.sluice.server.core;

import dev.sluice.wire.RefusalCode;

/** What people read when a command is refused before the log. */
final class RefusalTexts {
    private RefusalTexts() {}

    static String of(RefusalCode code, long limit, long value) {
        if (code == RefusalCode.STORAGE_FULL) {
            return "no space for further messages: " + value + " bytes are used, the limit is " + limit
                    + "; consuming goes on, and sending works again when space is free";
        }
        if (code == RefusalCode.LIMIT) {
            return "a limit of the server is reached: " + value + " of " + limit;
        }
        if (code == RefusalCode.CONSUMER_UNKNOWN) {
            return "consumer " + value
                    + " is not known any more: what it held went to others, or will, and was not acknowledged";
        }
        if (code == RefusalCode.DESTINATION_UNKNOWN) {
            return "the destination that command " + value + " has named is not known to be there";
        }
        if (code == RefusalCode.WRONG_SHARD) {
            return "it lives on another shard";
        }
        return "refused: " + code;
    }
}
