/** The wire protocol: framing, limits, refusal codes, and the in-place format of properties. No threads, no sockets; shared by client and server. */
@CheckReturnValue
@NullMarked
package dev.sluice.wire;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
