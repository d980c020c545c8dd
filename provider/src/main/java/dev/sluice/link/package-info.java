/** The client's connection machine: handshake, numbering, resending, reconnect, what each consumer holds. Pure; its owner is the thread that has the turn of the connection. */
@CheckReturnValue
@NullMarked
package dev.sluice.link;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
