@NullMarked
package dev.sluice.server.simulation.oracle;

import org.jspecify.annotations.NullMarked;
