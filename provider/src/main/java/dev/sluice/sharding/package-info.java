/**
 * Several links, one to each shard of a server that is needed, as one link. Decides by names and ids which link a call goes to; a thread that
 * asks for a shard first opens its link. No owner: thread-safe.
 */
@CheckReturnValue
@NullMarked
package dev.sluice.sharding;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
