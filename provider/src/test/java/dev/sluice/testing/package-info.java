/** Fixtures that the tests of every module share: seeded runs and the shrinking of what failed. No threads, no I/O. */
@CheckReturnValue
@NullMarked
package dev.sluice.testing;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
