package dev.sluice.server.selector;

/** What is known of a value before there is a message. */
enum Type {
    NUMBER("a number"),
    TEXT("a string"),
    BOOLEAN("a boolean"),
    /** A property: known only in each message. */
    ANY("a property");

    final String words;

    Type(String words) {
        this.words = words;
    }

    boolean mayBe(Type other) {
        return this == other || this == ANY || other == ANY;
    }
}
