/**
 * Programs that nobody here wrote, as they are, against a real server: Spring, pooled-jms, Camel, Micronaut. Built and run with the
 * profile {@code programs} only. What they need of Sluice has a test in the everyday suite too, where it was once wrong.
 */
@NullMarked
package dev.sluice.programs;

import org.jspecify.annotations.NullMarked;
