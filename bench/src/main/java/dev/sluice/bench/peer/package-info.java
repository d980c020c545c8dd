/**
 * Servers that are measured, Sluice's among them, each a process of its own: what a provider is ({@link Provider}, without state) and one that runs
 * ({@link Peer}, owned by the thread that measures). What goes in is the project's root and a directory; what comes out is where clients reach it.
 */
@CheckReturnValue
@NullMarked
package dev.sluice.bench.peer;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
