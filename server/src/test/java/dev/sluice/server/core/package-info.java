/** The tests of the two machines: commands in, rows and deliveries out. */
@NullMarked
package dev.sluice.server.core;

import org.jspecify.annotations.NullMarked;
