@NullMarked
package dev.sluice.server.simulation;

import org.jspecify.annotations.NullMarked;
