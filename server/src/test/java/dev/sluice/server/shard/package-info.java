/** The tests of the shard: frames in, frames out. */
@NullMarked
package dev.sluice.server.shard;

import org.jspecify.annotations.NullMarked;
