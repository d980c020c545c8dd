/** The simulation: a cluster and its clients in one thread, from a seed, with all that may fail, held to what applications are promised. */
@CheckReturnValue
@NullMarked
package dev.sluice.server.simulation;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
