/** What applications are promised, held against what the applications of the simulation see. Knows nothing of how it comes about. */
@CheckReturnValue
@NullMarked
package dev.sluice.server.simulation.oracle;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
