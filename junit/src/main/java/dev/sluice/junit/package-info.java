/** A server for tests with JUnit Jupiter; the extension is an application of the server, and knows its public side only. */
@CheckReturnValue
@NullMarked
package dev.sluice.junit;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
