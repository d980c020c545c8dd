/** The clients of the simulation: the real link machine over a simulated socket, and applications that use it as the façade does. */
@CheckReturnValue
@NullMarked
package dev.sluice.server.simulation.client;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
