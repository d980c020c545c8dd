package dev.sluice.spring;

/** The same rules on the class path of the starter. */
class SluiceAutoConfigurationOnBoot4Test extends SluiceAutoConfigurationTest {}
