/** The load generator: workloads over the plain Jakarta Messaging API, measured from the outside. Every worker is a thread of its own with a session of its own. */
@CheckReturnValue
@NullMarked
package dev.sluice.bench;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
