package dev.sluice.bench.report;

import java.util.Locale;

/** How an amount is written for people. */
enum Unit {
    PER_SECOND {
        @Override
        String format(double amount) {
            return String.format(Locale.ROOT, "%,.0f/s", amount);
        }
    },
    MICROS {
        @Override
        String format(double amount) {
            if (amount < 999.5) {
                return digits(amount) + " µs";
            }
            return amount < 999_500 ? digits(amount / 1e3) + " ms" : digits(amount / 1e6) + " s";
        }
    },
    MILLIS {
        @Override
        String format(double amount) {
            return MICROS.format(amount * 1e3);
        }
    },
    BYTES {
        @Override
        double whole(double amount) {
            return amount < GIBIBYTE ? MEBIBYTE : GIBIBYTE;
        }

        @Override
        String format(double amount) {
            return digits(amount / whole(amount)) + (amount < GIBIBYTE ? " MiB" : " GiB");
        }
    },
    PLAIN {
        @Override
        String format(double amount) {
            return digits(amount);
        }
    },
    TIMES {
        @Override
        String format(double amount) {
            return String.format(Locale.ROOT, amount < 0.1 ? "%.3f ×" : "%.2f ×", amount);
        }
    };

    private static final double MEBIBYTE = 1 << 20;
    private static final double GIBIBYTE = 1 << 30;

    abstract String format(double amount);

    /** What an amount of about this size is counted in, where that is not 1 or a power of 10. */
    double whole(double amount) {
        return 1;
    }

    /** Three digits that count, no exponent. */
    private static String digits(double amount) {
        double size = Math.abs(amount);
        if (size >= 99.95 || amount == Math.rint(amount)) {
            return String.format(Locale.ROOT, "%,.0f", amount);
        }
        return String.format(Locale.ROOT, size >= 9.995 ? "%.1f" : "%.2f", amount);
    }
}
