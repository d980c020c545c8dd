/** An application for a Jakarta EE server that has Sluice's resource adapter under the name {@code sluice}. */
package dev.sluice.examples.ee;
