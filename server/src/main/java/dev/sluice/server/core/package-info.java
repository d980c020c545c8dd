/** The replicated machine and the dispatcher: what happens to a message is decided here and nowhere else. Pure: no clock, thread, I/O or random; the owner is the shard thread. */
@CheckReturnValue
@NullMarked
package dev.sluice.server.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
