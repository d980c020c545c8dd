/** A model of a Raft group, in messages: elections, majorities of synced logs, leaders that are none any more. It stands where Ratis stands, below the real log of a shard. */
@CheckReturnValue
@NullMarked
package dev.sluice.server.simulation.raft;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
