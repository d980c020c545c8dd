package dev.sluice.ra;

import static dev.sluice.testing.HouseRules.nobodySleeps;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.sluice.ra")
class WaitingTest {
    @ArchTest
    static final ArchRule NOBODY_SLEEPS = nobodySleeps();
}
