/** What stands in place of a class of Ratis. */
@CheckReturnValue
@NullMarked
package org.apache.ratis.util;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
