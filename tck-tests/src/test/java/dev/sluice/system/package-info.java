/** Tests of the whole product as its users meet it: real sockets, real processes, real kill -9. */
@CheckReturnValue
@NullMarked
package dev.sluice.system;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
