package dev.sluice.compliance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The sections of the specification whose rule a test shows: {@code @Section("3.4.11")}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Section {
    /** Numbers as in {@code sections.txt}. */
    String[] value();
}
