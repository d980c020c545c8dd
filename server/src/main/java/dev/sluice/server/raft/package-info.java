/**
 * The log of a shard on several servers: one Raft group a shard, on Apache Ratis. A log is its shard thread's; Ratis brings what is
 * committed on threads of its own, through a bounded queue. Only this package knows Ratis.
 */
@CheckReturnValue
@NullMarked
package dev.sluice.server.raft;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
