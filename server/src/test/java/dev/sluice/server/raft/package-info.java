/** The tests of the replicated log. */
@NullMarked
package dev.sluice.server.raft;

import org.jspecify.annotations.NullMarked;
