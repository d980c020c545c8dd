/** The few types that share memory between threads, and what everything else stands on: mailboxes, completions, clocks, invariants. */
@CheckReturnValue
@NullMarked
package dev.sluice.base;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
