package dev.sluice.server.cli;

import java.util.List;

/** Prints rows as a table for people. Stateless. */
final class Columns {
    private Columns() {}

    /** The first {@code left} columns are flush left, the others (numbers) right. */
    static void print(Terminal terminal, List<List<String>> rows, int left) throws Terminal.BrokenPipe {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        for (List<String> row : rows) {
            terminal.line(line(row, widths, left));
        }
    }

    private static String line(List<String> row, int[] widths, int left) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            String blanks = " ".repeat(widths[column] - cell.length());
            line.append(column == 0 ? "" : "  ");
            line.append(column < left ? cell + blanks : blanks + cell);
        }
        return line.toString().stripTrailing();
    }
}
