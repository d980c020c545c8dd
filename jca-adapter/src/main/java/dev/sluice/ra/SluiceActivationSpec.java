package dev.sluice.ra;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.Activation;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ResourceAdapter;
import java.util.ArrayList;
import java.util.List;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * What a message-driven bean receives, and how: the properties of the standard, and Sluice's. Made and configured by the container; not changed once
 * it is active.
 */
@Activation(messageListeners = MessageListener.class)
public final class SluiceActivationSpec extends ServerBean implements ActivationSpec {
    private static final long serialVersionUID = 1L;

    private static final int RECEIVERS_STANDARD = 10;
    private static final int RECEIVERS_MOST = 1000;

    /** The adapter that it belongs to. */
    private @Nullable SluiceResourceAdapter adapter;

    /** A name on the server. */
    private @Nullable String destination;

    /** A name in JNDI. */
    private @Nullable String destinationLookup;

    /** The interface, by its full name or without package. */
    private @Nullable String destinationType;

    /** A factory in JNDI whose settings hold here. */
    private @Nullable String connectionFactoryLookup;

    /** Which messages. */
    private @Nullable String messageSelector;

    /** How, where there are no transactions. */
    private @Nullable String acknowledgeMode;

    /** Of a topic. */
    private @Nullable String subscriptionName;

    /** Durable or NonDurable. */
    private @Nullable String subscriptionDurability;

    /** Whether others may receive by the same subscription. */
    private boolean shareSubscriptions;

    /** As it was given. */
    private @Nullable Integer maxSessions;

    /** As it was given. */
    private @Nullable Integer prefetch;

    /** As it was given. */
    private @Nullable Integer redeliveryLimit;

    /** Milliseconds, as they were given. */
    private @Nullable Integer redeliveryDelay;

    /** As it was given. */
    private @Nullable Double redeliveryDelayMultiplier;

    /** Milliseconds, as they were given. */
    private @Nullable Integer redeliveryDelayMax;

    /** For the container. */
    public SluiceActivationSpec() {}

    // ---- properties of the standard

    /** The name of the queue or topic on the server. */
    public @Nullable String getDestination() {
        return destination;
    }

    /** Sets it. */
    public void setDestination(@Nullable String name) {
        destination = said(name);
    }

    /** The name of the queue or topic in JNDI. */
    public @Nullable String getDestinationLookup() {
        return destinationLookup;
    }

    /** Sets it. */
    public void setDestinationLookup(@Nullable String name) {
        destinationLookup = said(name);
    }

    /** {@code jakarta.jms.Queue} or {@code jakarta.jms.Topic}. */
    public @Nullable String getDestinationType() {
        return destinationType;
    }

    /** Sets it. */
    public void setDestinationType(@Nullable String type) {
        destinationType = said(type);
    }

    /** The name in JNDI of a connection factory that says where to connect. */
    public @Nullable String getConnectionFactoryLookup() {
        return connectionFactoryLookup;
    }

    /** Sets it. */
    public void setConnectionFactoryLookup(@Nullable String name) {
        connectionFactoryLookup = said(name);
    }

    /** The selector. */
    public @Nullable String getMessageSelector() {
        return messageSelector;
    }

    /** Sets it. */
    public void setMessageSelector(@Nullable String selector) {
        messageSelector = said(selector);
    }

    /** {@code Auto-acknowledge} or {@code Dups-ok-acknowledge}. */
    public @Nullable String getAcknowledgeMode() {
        return acknowledgeMode;
    }

    /** Sets it. */
    public void setAcknowledgeMode(@Nullable String mode) {
        acknowledgeMode = said(mode);
    }

    /** The name of the subscription. */
    public @Nullable String getSubscriptionName() {
        return subscriptionName;
    }

    /** Sets it. */
    public void setSubscriptionName(@Nullable String name) {
        subscriptionName = said(name);
    }

    /** {@code Durable} or {@code NonDurable}. */
    public @Nullable String getSubscriptionDurability() {
        return subscriptionDurability;
    }

    /** Sets it. */
    public void setSubscriptionDurability(@Nullable String durability) {
        subscriptionDurability = said(durability);
    }

    // ---- Sluice's

    /** Whether other activations may receive by the same subscription. */
    public Boolean getShareSubscriptions() {
        return shareSubscriptions;
    }

    /** Sets it. */
    public void setShareSubscriptions(@Nullable Boolean share) {
        shareSubscriptions = share != null && share;
    }

    /** How many messages may be under way at a time. */
    public @Nullable Integer getMaxSessions() {
        return maxSessions;
    }

    /** Sets it. */
    public void setMaxSessions(@Nullable Integer most) {
        maxSessions = most;
    }

    /** The same, as users of Artemis know it. */
    public @Nullable Integer getMaxSession() {
        return maxSessions;
    }

    /** Sets it. */
    public void setMaxSession(@Nullable Integer most) {
        maxSessions = most;
    }

    /** The same, as users of Liberty know it. */
    public @Nullable Integer getMaxConcurrency() {
        return maxSessions;
    }

    /** Sets it. */
    public void setMaxConcurrency(@Nullable Integer most) {
        maxSessions = most;
    }

    /** How many messages each session is sent ahead. */
    public @Nullable Integer getPrefetch() {
        return prefetch;
    }

    /** Sets it. */
    public void setPrefetch(@Nullable Integer messages) {
        prefetch = messages;
    }

    /** How often a message is delivered, each time failing, before it goes to the dead-letter queue; 0 for any number. */
    public @Nullable Integer getRedeliveryLimit() {
        return redeliveryLimit;
    }

    /** Sets it. */
    public void setRedeliveryLimit(@Nullable Integer limit) {
        redeliveryLimit = limit;
    }

    /** The same, as users of ActiveMQ Classic know it: one less, and -1 for any number. */
    public @Nullable Integer getMaximumRedeliveries() {
        return redeliveryLimit == null ? null : redeliveryLimit - 1;
    }

    /** Sets it. */
    public void setMaximumRedeliveries(@Nullable Integer most) {
        redeliveryLimit = most == null ? null : (Integer) (int) Math.max(0, Math.min(most + 1L, Integer.MAX_VALUE));
    }

    /** How many milliseconds a message waits after the first delivery that failed. */
    public @Nullable Integer getRedeliveryDelay() {
        return redeliveryDelay;
    }

    /** Sets it. */
    public void setRedeliveryDelay(@Nullable Integer millis) {
        redeliveryDelay = millis;
    }

    /** The same, as users of ActiveMQ Classic know it. */
    public @Nullable Integer getInitialRedeliveryDelay() {
        return redeliveryDelay;
    }

    /** Sets it. */
    public void setInitialRedeliveryDelay(@Nullable Integer millis) {
        redeliveryDelay = millis;
    }

    /** By how much the delay grows with each further delivery that fails: 2 doubles it. */
    public @Nullable Double getRedeliveryDelayMultiplier() {
        return redeliveryDelayMultiplier;
    }

    /** Sets it. */
    public void setRedeliveryDelayMultiplier(@Nullable Double multiplier) {
        redeliveryDelayMultiplier = multiplier;
    }

    /** Up to how many milliseconds the delay grows. */
    public @Nullable Integer getRedeliveryDelayMax() {
        return redeliveryDelayMax;
    }

    /** Sets it. */
    public void setRedeliveryDelayMax(@Nullable Integer millis) {
        redeliveryDelayMax = millis;
    }

    private BeanRedelivery redelivery() {
        return new BeanRedelivery(redeliveryLimit, redeliveryDelay, redeliveryDelayMultiplier, redeliveryDelayMax);
    }

    private static @Nullable String said(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    @Override
    public @Nullable ResourceAdapter getResourceAdapter() {
        return adapter;
    }

    @Override
    public void setResourceAdapter(ResourceAdapter newAdapter) throws ResourceException {
        if (!(newAdapter instanceof SluiceResourceAdapter own)) {
            throw new InvalidPropertyException("the resource adapter is not Sluice's: " + newAdapter);
        }
        adapter = own;
    }

    // ---- what follows from them

    /** Says all that is wrong at once. */
    @Override
    public void validate() throws InvalidPropertyException {
        List<String> wrong = new ArrayList<>();
        if (destination == null && destinationLookup == null) {
            wrong.add("destination (a name on the server) or destinationLookup (a name in JNDI) must be given");
        }
        if (destinationType != null && !isQueueType() && !isTopicType()) {
            wrong.add(
                    "destinationType is '" + destinationType + "'; it must be jakarta.jms.Queue or jakarta.jms.Topic");
        }
        if (destinationType == null && destinationLookup == null && destination != null) {
            wrong.add("destinationType is not given; it must be jakarta.jms.Queue or jakarta.jms.Topic");
        }
        if (acknowledgeMode != null && !isDupsOk() && !acknowledgeMode.equalsIgnoreCase("Auto-acknowledge")) {
            wrong.add(
                    "acknowledgeMode is '" + acknowledgeMode + "'; it must be Auto-acknowledge or Dups-ok-acknowledge");
        }
        if (subscriptionDurability != null && !isDurable() && !subscriptionDurability.equalsIgnoreCase("NonDurable")) {
            wrong.add("subscriptionDurability is '" + subscriptionDurability + "'; it must be Durable or NonDurable");
        }
        if (isDurable() && isQueueType()) {
            wrong.add("subscriptionDurability is Durable, and destinationType a queue; only topics have subscriptions");
        }
        if (isDurable() && subscriptionName == null) {
            wrong.add("subscriptionName must be given for a durable subscription");
        }
        if (maxSessions != null && (maxSessions < 1 || maxSessions > RECEIVERS_MOST)) {
            wrong.add("maxSessions is " + maxSessions + "; it must be 1 to " + RECEIVERS_MOST);
        }
        if (prefetch != null && (prefetch < 1 || prefetch > dev.sluice.ClientOptions.PREFETCH_MAX)) {
            wrong.add("prefetch is " + prefetch + "; it must be 1 to " + dev.sluice.ClientOptions.PREFETCH_MAX);
        }
        redelivery().check(wrong);
        if (!wrong.isEmpty()) {
            throw new InvalidPropertyException("the activation cannot be used: " + String.join("; ", wrong));
        }
    }

    private boolean isQueueType() {
        return Queue.class.getName().equals(destinationType) || "Queue".equals(destinationType);
    }

    private boolean isTopicType() {
        return Topic.class.getName().equals(destinationType) || "Topic".equals(destinationType);
    }

    private boolean isDurable() {
        return "Durable".equalsIgnoreCase(subscriptionDurability);
    }

    private boolean isDupsOk() {
        return "Dups-ok-acknowledge".equalsIgnoreCase(acknowledgeMode);
    }

    /** Where to connect: as it says, else as its connection factory says, else as the adapter says. */
    ServerSettings server(ServerSettings ofTheAdapter) throws ResourceException {
        ServerSettings all = settingsBeside(ofTheAdapter);
        if (connectionFactoryLookup != null) {
            Object found = lookUp("connectionFactoryLookup", connectionFactoryLookup);
            if (found instanceof FactoryHandle handle) {
                all = all.orElse(handle.factory().effective());
            } else if (found instanceof SluiceConnectionFactory plain) {
                all = all.orElse(ServerSettings.NONE.withUrl(plain.getUrl()));
            } else {
                throw new InvalidPropertyException("connectionFactoryLookup " + connectionFactoryLookup + " names "
                        + found + ", which is no connection factory of Sluice");
            }
        }
        return all.orElse(ofTheAdapter);
    }

    /** What it comes to; it has been validated. */
    Intake intake(ServerSettings ofTheAdapter) throws ResourceException {
        ServerSettings server = server(ofTheAdapter);
        try {
            SluiceConnectionFactory unused = server.factory();
        } catch (IllegalArgumentException wrong) {
            throw new InvalidPropertyException("the property url is wrong: " + wrong.getMessage(), wrong);
        }
        Destination source = source();
        boolean topic = source instanceof Topic;
        if (!topic && isDurable()) {
            throw new InvalidPropertyException("subscriptionDurability is Durable, and " + source + " is a queue");
        }
        if (topic && isDurable() && !shareSubscriptions && server.clientId() == null) {
            throw new InvalidPropertyException(
                    "a durable subscription that is not shared needs a clientId; or let it be"
                            + " shared: shareSubscriptions=true");
        }
        return new Intake(
                server.saying(redelivery().options()),
                source,
                messageSelector,
                Intake.Kind.of(topic, isDurable(), shareSubscriptions || wantsMany()),
                subscriptionName,
                isDupsOk(),
                maxSessions == null ? (topic && !shareSubscriptions ? 1 : RECEIVERS_STANDARD) : maxSessions,
                prefetch == null ? 1 : prefetch);
    }

    /** Several sessions of a topic, each message once: they share a subscription, though nobody else does. */
    private boolean wantsMany() {
        return !isDurable() && maxSessions != null && maxSessions > 1;
    }

    private Destination source() throws ResourceException {
        if (destinationLookup != null) {
            Object found = lookUp("destinationLookup", destinationLookup);
            if (found instanceof Destination known) {
                return known;
            }
            throw new InvalidPropertyException(
                    "destinationLookup " + destinationLookup + " names " + found + ", which is no destination");
        }
        String name = String.valueOf(destination);
        try {
            return isTopicType() ? new dev.sluice.SluiceTopic(name) : new dev.sluice.SluiceQueue(name);
        } catch (IllegalArgumentException wrong) {
            throw new InvalidPropertyException("destination cannot be used: " + wrong.getMessage(), wrong);
        }
    }

    @SuppressWarnings("BanJNDI") // The name is from the deployment, and the standard has it looked up.
    private static Object lookUp(String property, String name) throws ResourceException {
        try {
            Object found = InitialContext.doLookup(name);
            if (found == null) {
                throw new InvalidPropertyException(property + " " + name + " names nothing in JNDI");
            }
            return found;
        } catch (NamingException unknown) {
            throw new ResourceException(property + " " + name + " is not in JNDI: " + unknown.getMessage(), unknown);
        }
    }

    // The container knows activations by the object, not by what they say.

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    /** What it receives. */
    @Override
    public String toString() {
        return "SluiceActivationSpec[" + (destinationLookup == null ? destination : destinationLookup) + ", "
                + settings() + "]";
    }
}
