package dev.sluice.programs;

import static dev.sluice.testing.HouseRules.nobodySleeps;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.sluice.programs")
class WaitingIT {
    @ArchTest
    static final ArchRule NOBODY_SLEEPS = nobodySleeps();
}
