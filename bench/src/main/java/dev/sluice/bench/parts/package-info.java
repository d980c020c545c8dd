/**
 * The parts of a server and a client by themselves, measured by JMH: what a message costs in the codec, the machines, the store, the log,
 * the ring and a selector when nothing else runs. Each benchmark owns what it measures; only the ring has two threads.
 */
@CheckReturnValue
@NullMarked
package dev.sluice.bench.parts;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
