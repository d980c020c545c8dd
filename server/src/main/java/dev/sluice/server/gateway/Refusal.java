package dev.sluice.server.gateway;

import dev.sluice.wire.RefusalCode;

/** Why a connection is refused or ended, as the client is told. Immutable. */
record Refusal(RefusalCode code, long limit, long actual, String text) {
    static Refusal of(RefusalCode code, String text) {
        return new Refusal(code, 0, 0, text);
    }

    static Refusal noShard(int shard, int last) {
        return new Refusal(
                RefusalCode.LIMIT,
                last,
                shard,
                "there is no shard " + shard + ": the last one of this server is " + last + " (shards)");
    }

    /** {@code here}: the client is on this machine. */
    static Refusal anonymous(boolean here) {
        return of(
                RefusalCode.AUTHENTICATION,
                here
                        ? "this server asks for user and password (allow-anonymous-loopback is off)"
                        : "this server asks clients on other machines for user and password");
    }

    static Refusal tooManyLogins() {
        return new Refusal(
                RefusalCode.LIMIT,
                Logins.WAITING_MAX,
                Logins.WAITING_MAX,
                "too many clients log in at this moment; try again");
    }

    static Refusal silent(long millis) {
        return new Refusal(RefusalCode.PROTOCOL, millis, millis, "the client was silent for " + millis + " ms");
    }

    /** {@code ours}: it was the server that took so long. */
    static Refusal timedOut(boolean ours, long timeoutMillis) {
        return new Refusal(
                ours ? RefusalCode.LIMIT : RefusalCode.PROTOCOL,
                timeoutMillis,
                timeoutMillis,
                (ours ? "the password was not checked" : "no complete Hello") + " within " + timeoutMillis
                        + " ms (handshake-timeout)" + (ours ? ": the server is busy; try again" : ""));
    }
}
