package dev.sluice.server.gateway;

import dev.sluice.wire.RefusalCode;

/** Why a connection is refused or ended, as the client is told. Immutable. */
record Refusal(RefusalCode code, long limit, long actual, String text) {
    static Refusal of(RefusalCode code, String text) {
        return new Refusal(code, 0, 0, text);
    }
}
