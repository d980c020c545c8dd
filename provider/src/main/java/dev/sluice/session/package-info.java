/**
 * The client machine: what a consumer has been sent, what a session has handed over and not settled, and when credit is due. Pure;
 * its owner is the monitor of the session.
 */
@CheckReturnValue
@NullMarked
package dev.sluice.session;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
