/** The auto-configuration for Spring Boot 3.5 and 4: what moved between them is named in conditions, by text, or is in two small classes. */
@NullMarked
package dev.sluice.spring;

import org.jspecify.annotations.NullMarked;
