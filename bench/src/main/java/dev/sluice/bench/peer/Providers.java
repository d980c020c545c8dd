package dev.sluice.bench.peer;

import java.util.List;

/** All that can be measured. */
public final class Providers {
    private static final List<Provider> ALL = List.of(
            new SluiceProvider(),
            new SluiceClusterProvider(),
            new ArtemisProvider(false),
            new ArtemisProvider(true),
            new ClassicProvider(),
            new QpidProvider(),
            new KafkaProvider(false),
            new KafkaProvider(true),
            new RabbitMqProvider());

    private Providers() {}

    /** Their names. */
    public static List<String> names() {
        return ALL.stream().map(Provider::name).toList();
    }

    /** The provider of that name; throws {@link IllegalArgumentException} that names the known ones when there is none, or says why it cannot be measured here. */
    public static Provider named(String name) {
        for (Provider provider : ALL) {
            if (provider.name().equals(name)) {
                provider.refusal().ifPresent(reason -> {
                    throw new IllegalArgumentException(reason);
                });
                return provider;
            }
        }
        throw new IllegalArgumentException("unknown provider '" + name + "'; known are " + String.join(", ", names()));
    }
}
