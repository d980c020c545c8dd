package dev.sluice.tck;

/** One test of the TCK: how JUnit calls it, and where it stands. */
record TckTest(String uniqueId, String className, String methodName) {
    static final String ROOT = "com.sun.ts.tests.jms.";

    /** Its package, from where the packages of the TCK begin to differ. */
    String packageName() {
        String name = className.substring(0, className.lastIndexOf('.'));
        return name.startsWith(ROOT) ? name.substring(ROOT.length()) : name;
    }

    /** A name that no other test has, good for a file. */
    String fileName() {
        return className.substring(ROOT.length()) + "." + methodName;
    }
}
