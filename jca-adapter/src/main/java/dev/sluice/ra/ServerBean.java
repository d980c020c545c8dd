package dev.sluice.ra;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The properties that adapter, connection factories and activations have in common: which server, and as whom. Several have a second name, by
 * which users know them from other adapters. Set by the container before it is used, and not changed later.
 */
public abstract class ServerBean implements Serializable {
    private static final long serialVersionUID = 1L;

    /** What was said by the names that are Sluice's. */
    private ServerSettings settings = ServerSettings.NONE;

    /** What was said by the others. */
    private ServerSettings synonyms = ServerSettings.NONE;

    ServerBean() {}

    final ServerSettings settings() {
        return settingsBeside(ServerSettings.NONE);
    }

    /**
     * What is its own, and not the adapter's. Some containers (Open Liberty) give each bean what it left open as the adapter says it, and so by one
     * name what the bean says by the other.
     */
    final ServerSettings settingsBeside(ServerSettings ofTheAdapter) {
        ServerSettings one = settings.except(ofTheAdapter);
        ServerSettings other = synonyms.except(ofTheAdapter);
        String user = one.user() == null ? other.user() : one.user();
        if (user == null && one.password() != null) {
            // The adapter's user with another password is the bean's own.
            user = settings.user();
        }
        return new ServerSettings(
                one.url() == null ? other.url() : one.url(),
                user,
                settings.password(),
                one.clientId() == null ? other.clientId() : one.clientId());
    }

    /** The URL of the server or cluster: {@code sluice://host:7676,host2:7676?option=value}. */
    public final @Nullable String getUrl() {
        return settings().url();
    }

    /** Sets it. */
    public final void setUrl(@Nullable String url) {
        settings = settings.withUrl(url);
    }

    /** The URL, as users of ActiveMQ Classic know it. */
    public final @Nullable String getServerUrl() {
        return getUrl();
    }

    /** Sets it. */
    public final void setServerUrl(@Nullable String url) {
        synonyms = synonyms.withUrl(url);
    }

    /** The user that connects. */
    public final @Nullable String getUser() {
        return settings().user();
    }

    /** Sets it. */
    public final void setUser(@Nullable String user) {
        settings = settings.withUser(user);
    }

    /** The user, as it is named elsewhere. */
    public final @Nullable String getUserName() {
        return getUser();
    }

    /** Sets it. */
    public final void setUserName(@Nullable String user) {
        synonyms = synonyms.withUser(user);
    }

    /** The password of the user. */
    public final @Nullable String getPassword() {
        return settings.password();
    }

    /** Sets it. */
    public final void setPassword(@Nullable String password) {
        settings = settings.withPassword(password);
    }

    /** The client identifier; only one connection can have it. */
    public final @Nullable String getClientId() {
        return settings().clientId();
    }

    /** Sets it. */
    public final void setClientId(@Nullable String clientId) {
        settings = settings.withClientId(clientId);
    }

    /** The client identifier, as it is written elsewhere. */
    public final @Nullable String getClientID() {
        return getClientId();
    }

    /** Sets it. */
    public final void setClientID(@Nullable String clientId) {
        synonyms = synonyms.withClientId(clientId);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ServerBean that
                && getClass() == that.getClass()
                && settings().equals(that.settings());
    }

    @Override
    public int hashCode() {
        return settings().hashCode();
    }

    /** What it is and where it connects to; never the password. */
    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + settings() + "]";
    }
}
