package dev.sluice.server.selector;

/** What a part of a selector compiles to: a condition, or a value. */
sealed interface Term permits Condition, Operand {
    Type type();
}
