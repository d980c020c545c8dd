/** The rules of the Jakarta Messaging specification, chapter by chapter, with the real client and the real server in one JVM. */
package dev.sluice.compliance;
