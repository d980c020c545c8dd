/**
 * The load generator: a process that puts one workload on a running server of any provider, measures it from the outside and prints one line
 * of JSON. Every worker is a thread of its own with a session of its own. It shares the machine with the server, so it does little
 * beside the messages.
 */
@CheckReturnValue
@NullMarked
package dev.sluice.bench.load;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
