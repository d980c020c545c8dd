/** The Netty shell that speaks to clients: framing, limits, authentication, heartbeats, back-pressure. */
@CheckReturnValue
@NullMarked
package dev.sluice.server.gateway;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
