/**
 * The resource adapter for Jakarta EE servers, by the contract of Jakarta Connectors 2.1. Applications' and the container's threads come in by the
 * types of the contract; out go calls of the client library. It has no thread of its own. {@code docs/architecture.md} says who owns what.
 */
@CheckReturnValue
@NullMarked
package dev.sluice.ra;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
