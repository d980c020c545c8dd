package dev.sluice.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the configuration file, the command line and the environment know of one part of a configuration record: its key, its default,
 * what it may be, and what it is for. The default {@code sluice.yaml} and the help are made from these.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /** The key in {@code sluice.yaml}; {@code --key} on the command line and {@code SLUICE_KEY} in the environment. */
    String key();

    /** The default, as it would be written in the file. */
    String fallback();

    /** For people: what it is and what follows from it, one string a line. */
    String[] text();

    /** The smallest value: of a number, in bytes, or in milliseconds for a duration. */
    long min() default Long.MIN_VALUE;

    /** The largest value, in the same unit. */
    long max() default Long.MAX_VALUE;

    /** Whether a number counts bytes and is written like {@code 64MiB}. */
    boolean bytes() default false;
}
