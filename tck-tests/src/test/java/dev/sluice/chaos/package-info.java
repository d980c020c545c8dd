/**
 * A cluster of real processes in network namespaces of their own, under load, while faults happen from a seed: what must hold whatever
 * happens, and how long it takes. Run by {@code mvn -Pchaos} alone. The processes share files: each worker writes a journal, one reads them
 * all at the end.
 */
@CheckReturnValue
@NullMarked
package dev.sluice.chaos;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
