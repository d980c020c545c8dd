/** Users and their hashed passwords. */
@CheckReturnValue
@NullMarked
package dev.sluice.server.admin;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
