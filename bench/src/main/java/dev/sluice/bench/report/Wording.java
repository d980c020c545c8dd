package dev.sluice.bench.report;

/** Words that more than one part of the page needs. */
final class Wording {
    private Wording() {}

    static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
