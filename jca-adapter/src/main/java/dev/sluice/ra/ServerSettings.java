package dev.sluice.ra;

import dev.sluice.SluiceConnectionFactory;
import java.io.Serializable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where to connect and as whom, as a bean of the adapter was told; what one leaves open another one says. Immutable. */
record ServerSettings(
        @Nullable String url,
        @Nullable String user,
        @Nullable String password,
        @Nullable String clientId) implements Serializable {
    /** Nothing is said. */
    static final ServerSettings NONE = new ServerSettings(null, null, null, null);

    private static final String STANDARD_URL = "sluice://localhost:7676";
    private static final Pattern ONE_SLASH = Pattern.compile("^sluice:/(?!/)");

    /** What is empty in a descriptor is not said. */
    ServerSettings {
        url = withBothSlashes(said(url));
        user = said(user);
        clientId = said(clientId);
    }

    private static @Nullable String said(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    /** Open Liberty takes the properties of a definition for paths, and gives {@code sluice:/host} for {@code sluice://host}. */
    private static @Nullable String withBothSlashes(@Nullable String url) {
        return url == null ? null : ONE_SLASH.matcher(url).replaceFirst("sluice://");
    }

    ServerSettings withUrl(@Nullable String newUrl) {
        return new ServerSettings(newUrl, user, password, clientId);
    }

    ServerSettings withUser(@Nullable String newUser) {
        return new ServerSettings(url, newUser, password, clientId);
    }

    ServerSettings withPassword(@Nullable String newPassword) {
        return new ServerSettings(url, user, newPassword, clientId);
    }

    ServerSettings withClientId(@Nullable String newClientId) {
        return new ServerSettings(url, user, password, newClientId);
    }

    /** The same, and what it leaves open as {@code other} says; a password comes from where its user does. */
    ServerSettings orElse(ServerSettings other) {
        boolean named = user != null;
        return new ServerSettings(
                url == null ? other.url : url,
                named ? user : other.user,
                named ? password : other.password,
                clientId == null ? other.clientId : clientId);
    }

    /** The same with these options in its URL, {@code name=value}, whatever that says of them. */
    ServerSettings saying(List<String> options) {
        String whole = url == null ? STANDARD_URL : url;
        for (String option : options) {
            int equals = option.indexOf('=');
            String name = option.substring(0, equals);
            whole = with(without(whole, name), name, option.substring(equals + 1));
        }
        return options.isEmpty() ? this : withUrl(whole);
    }

    /** The same without what {@code other} says as well. */
    ServerSettings except(ServerSettings other) {
        return new ServerSettings(
                Objects.equals(url, other.url) ? null : url,
                Objects.equals(user, other.user) ? null : user,
                Objects.equals(password, other.password) ? null : password,
                Objects.equals(clientId, other.clientId) ? null : clientId);
    }

    /** A factory of the client, with further options unless the URL has them, as {@code name=value}. */
    SluiceConnectionFactory factory(String... options) {
        String whole = url == null ? STANDARD_URL : url;
        if (user != null) {
            whole = with(without(whole, "user", "password"), "user", user);
            whole = password == null ? whole : with(whole, "password", password);
        }
        if (clientId != null) {
            whole = with(without(whole, "client.id"), "client.id", clientId);
        }
        for (String option : options) {
            int equals = option.indexOf('=');
            String name = option.substring(0, equals);
            whole = has(whole, name) ? whole : with(whole, name, option.substring(equals + 1));
        }
        return new SluiceConnectionFactory(whole);
    }

    private static String with(String url, String name, String value) {
        String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
        return url + (url.indexOf('?') < 0 ? "?" : "&") + name + "=" + encoded;
    }

    private static boolean has(String url, String name) {
        return !without(url, name).equals(url);
    }

    private static String without(String url, String... names) {
        int question = url.indexOf('?');
        if (question < 0) {
            return url;
        }
        List<String> kept = new ArrayList<>();
        for (String option : url.substring(question + 1).split("&", -1)) {
            boolean dropped = false;
            for (String name : names) {
                dropped |= option.startsWith(name + "=");
            }
            if (!dropped) {
                kept.add(option);
            }
        }
        String rest = String.join("&", kept);
        return url.substring(0, question) + (rest.isEmpty() ? "" : "?" + rest);
    }

    /** Never the password. */
    @Override
    public String toString() {
        String where = Objects.requireNonNullElse(url, STANDARD_URL);
        int question = where.indexOf('?');
        return (question < 0 ? where : where.substring(0, question)) + (user == null ? "" : " as " + user);
    }
}
