/** The Netty shell around the link machine: sockets, the in-process transport, timers. */
@CheckReturnValue
@NullMarked
package dev.sluice.net;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
