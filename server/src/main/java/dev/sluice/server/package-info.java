/** Starts and wires a server; the only package that knows all others. */
@CheckReturnValue
@NullMarked
package dev.sluice.server;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
