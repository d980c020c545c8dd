/** The public API: the connection factory, destinations, JNDI and the options of a URL. Thread-safe unless a type says otherwise. */
@CheckReturnValue
@NullMarked
package dev.sluice;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
