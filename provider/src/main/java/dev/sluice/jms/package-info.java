/** The Jakarta Messaging façade: checks what the specification asks for, then one call inward. */
@CheckReturnValue
@NullMarked
package dev.sluice.jms;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
