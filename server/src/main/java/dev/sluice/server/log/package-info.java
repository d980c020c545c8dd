/** The log of a shard: appended, made durable, replayed. LocalLog is the log of one server. */
@CheckReturnValue
@NullMarked
package dev.sluice.server.log;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
