/**
 * Draws the results of runs (one JSON object a line) as one page of HTML that needs nothing else: peers side by side, medians over rounds,
 * ratios to the best peer, and what is asked of Sluice. Reads one file, writes one; owns no thread.
 */
@CheckReturnValue
@NullMarked
package dev.sluice.bench.report;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
