/** The shard's thread: drains the inbox into a batch, logs it, applies it, dispatches, flushes what is to be said to clients. */
@CheckReturnValue
@NullMarked
package dev.sluice.server.shard;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
