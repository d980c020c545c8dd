/** The tests of the stores and of what they stand on. */
@NullMarked
package dev.sluice.server.store;

import org.jspecify.annotations.NullMarked;
