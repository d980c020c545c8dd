/**
 * Runs the official TCK, which is neither here nor needed to compile this: its jars come by {@code -Dtck.jar} and by a profile, and are
 * known to class loaders of single tests alone. {@code OfficialTck} hands the tests out to {@code Slot}s; each has a {@code Worker},
 * a JVM that runs one test after the other, and a server that is empty before each of them.
 */
@CheckReturnValue
@NullMarked
package dev.sluice.tck;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
