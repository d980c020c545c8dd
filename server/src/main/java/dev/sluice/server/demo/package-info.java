/**
 * The demonstration behind {@code sluice demo}: an application that uses the public API only, and a server in a process of its own that it
 * kills. Its threads share counters of the base package and nothing else.
 */
@CheckReturnValue
@NullMarked
package dev.sluice.server.demo;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
