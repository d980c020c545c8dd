/** The command line. */
@CheckReturnValue
@NullMarked
package dev.sluice.server.cli;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
