/** The stage of the simulation: virtual time, machines that fail, a network, disks. One thread owns all of a world; nothing in it asks a clock or chance of its own. */
@CheckReturnValue
@NullMarked
package dev.sluice.server.simulation.stage;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
