package dev.sluice.spring;

/** The same application on the class path of the starter. */
class ApplicationOnBoot4Test extends ApplicationTest {}
