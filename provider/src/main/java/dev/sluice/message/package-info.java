/** The Jakarta Messaging messages: bodies, properties, conversions, and the envelope they are encoded to. No threads, no sockets. */
@CheckReturnValue
@NullMarked
package dev.sluice.message;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
