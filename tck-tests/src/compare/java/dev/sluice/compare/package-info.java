/**
 * The same program on Sluice, ActiveMQ Artemis and ActiveMQ Classic: what applications rely on beyond the text of the specification. Prints a
 * table; {@code mvn -Pcompare -pl tck-tests -am verify}.
 */
@CheckReturnValue
@NullMarked
package dev.sluice.compare;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
