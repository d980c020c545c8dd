/** Examples: each class is an application of its own. */
@NullMarked
package dev.sluice.examples;

import org.jspecify.annotations.NullMarked;
