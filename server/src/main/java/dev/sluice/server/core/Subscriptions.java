package dev.sluice.server.core;

import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.SubscriptionKind;
import org.jspecify.annotations.Nullable;

/** The rules by which a consumer joins a subscription (Jakarta Messaging 3.1, section 8.3). */
final class Subscriptions {
    private Subscriptions() {}

    /** Why a consumer with these terms may not attach, or null; {@code found} has the same name, or is null. */
    static Session.@Nullable Answer fault(Subscription.Terms terms, @Nullable Subscription found, Address address) {
        if (terms.kind() == SubscriptionKind.DURABLE && terms.clientId().isEmpty()) {
            return refused(
                    RefusalCode.CLIENT_ID_MISSING,
                    "the durable subscription \"" + terms.name()
                            + "\" needs a client identifier: set one on the connection, or share the subscription");
        }
        if (found == null) {
            return null;
        }
        if (found.kind() != terms.kind()) {
            return refused(
                    RefusalCode.SUBSCRIPTION_MISMATCH,
                    "the subscription \"" + terms.name() + "\" exists and is "
                            + (found.terms().isShared() ? "shared" : "not shared")
                            + "; a shared and an unshared one cannot have the same name");
        }
        if (found.consumers() == 0) {
            return found.hasTaken() && !fits(found, terms, address)
                    ? refused(RefusalCode.SUBSCRIPTION_IN_USE, inTransaction(terms.name()))
                    : null;
        }
        if (!terms.isShared()) {
            return refused(RefusalCode.SUBSCRIPTION_IN_USE, inUse(terms.name()));
        }
        if (!fits(found, terms, address)) {
            return refused(
                    RefusalCode.SUBSCRIPTION_MISMATCH,
                    "the shared subscription \"" + terms.name()
                            + "\" has consumers and another topic or selector (topic \""
                            + found.address().name() + "\", selector \""
                            + found.terms().selector() + "\")");
        }
        return null;
    }

    /** Whether a subscription is just what is asked for; otherwise it is made anew. */
    static boolean fits(Subscription found, Subscription.Terms terms, Address address) {
        return found.address() == address && found.terms().equals(terms);
    }

    static String inUse(String name) {
        return "the subscription \"" + name + "\" has an active consumer; close it first";
    }

    static String inTransaction(String name) {
        return "messages of the subscription \"" + name + "\" are in open transactions; end those first";
    }

    static String unknown(String name, String clientId) {
        return "there is no durable subscription \"" + name + "\""
                + (clientId.isEmpty() ? " without a client identifier" : " of the client \"" + clientId + "\"");
    }

    private static Session.Answer refused(RefusalCode code, String text) {
        return new Session.Answer(code, 0, 0, text);
    }
}
