/** Message selectors: parsed once, evaluated in place on the encoded message. Pure. */
@CheckReturnValue
@NullMarked
package dev.sluice.server.selector;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
