/** The LMDB shell: follows the log in large synced transactions on its own thread, reads the cold rows. */
@CheckReturnValue
@NullMarked
package dev.sluice.server.store;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
