package dev.sluice.chaos;

import dev.sluice.chaos.Life.Got;
import dev.sluice.chaos.Life.Sent;
import dev.sluice.chaos.Workload.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What all workers have written down. */
final class History {
    final List<Life> lives = new ArrayList<>();
    final List<Call> calls = new ArrayList<>();
    final List<Failure> failures = new ArrayList<>();
    /** When something was done for someone: a send or commit returned, a message came. */
    final LongList completions = new LongList();

    long movedLocally;
    long movedGlobally;
    long rolledBack;

    private final Map<String, String> names = new HashMap<>();
    private final List<Incident> incidents;

    /** A call that took long. */
    record Call(String what, String worker, long begun, long ended) {
        double seconds() {
            return (ended - begun) / 1e9;
        }
    }

    /** A call that failed, or (wrong) what is never right. */
    record Failure(String worker, String client, long time, String text, boolean wrong) {}

    private History(List<Incident> incidents) {
        this.incidents = incidents;
    }

    /** Reads the journals of a run with these incidents. */
    static History read(Path directory, List<Incident> incidents) throws IOException {
        History history = new History(incidents);
        for (Path file : Journal.all(directory)) {
            history.read(file);
        }
        history.completions.sort();
        return history;
    }

    /** The client process in which a worker runs. */
    static String client(String worker) {
        return Workload.CLIENTS.entrySet().stream()
                .filter(entry ->
                        entry.getValue().stream().anyMatch(part -> part.name().equals(worker)))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private void read(Path file) throws IOException {
        String worker = file.getFileName().toString().split("\\.", 2)[0];
        Reader reader = new Reader(Workload.part(worker), client(worker));
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                reader.read(line);
            }
        }
        reader.close();
    }

    /** Reads one journal. */
    private final class Reader {
        private final Part part;
        private final String client;
        private @Nullable Life life;

        Reader(Part part, String client) {
            this.part = part;
            this.client = client;
        }

        private Life life() {
            if (life == null) {
                throw new IllegalStateException("the journal of " + part.name() + " begins in the middle");
            }
            return life;
        }

        void read(String line) {
            String[] words = line.split(" ", -1);
            switch (line.charAt(0)) {
                case 'B' -> begin(words[1]);
                case 'c' -> life().open = new Sent(integer(words[1]), integer(words[2]));
                case 'C' -> sent(words);
                case 'R' -> {
                    life().rolledBack.add(new Sent(integer(words[1]), integer(words[2])));
                    rolledBack++;
                }
                case 'G' -> got(words);
                case 'A' -> life().acknowledged();
                case 'T' -> moved(words);
                case 'U' -> rolledBack++;
                case 'O' -> call(line);
                case 'X', 'W' -> {
                    String[] parts = line.split(" ", 3);
                    failures.add(new Failure(
                            life().maker, client, Long.parseLong(parts[1]), parts[2], line.charAt(0) == 'W'));
                }
                case 'E' -> life().ended = true;
                default -> throw new IllegalStateException("the journal of " + part.name() + " has: " + line);
            }
        }

        private void begin(String maker) {
            close();
            life = new Life(shared(maker), part);
            lives.add(life);
        }

        void close() {
            if (life != null) {
                life.close(incidents, client);
            }
        }

        private void sent(String[] words) {
            Sent sent =
                    new Sent(integer(words[1]), integer(words[2]), Long.parseLong(words[3]), Long.parseLong(words[4]));
            life().sent.add(sent);
            life().open = null;
            completions.add(sent.ended());
        }

        private void got(String[] words) {
            Stamp stamp = new Stamp(shared(words[1]), integer(words[2]), shared(words[6]), integer(words[5]));
            long time = Long.parseLong(words[4]);
            life().got.add(new Got(life(), stamp, words[3].equals("1"), time));
            completions.add(time);
        }

        private void moved(String[] words) {
            int count = integer(words[1]);
            if (part.kind() == Workload.Kind.GLOBAL) {
                movedGlobally += count;
            } else {
                movedLocally += count;
            }
            completions.add(Long.parseLong(words[3]));
        }

        private void call(String line) {
            String[] words = line.split(" ", -1);
            int last = words.length - 1;
            String what = line.substring(2, line.length() - words[last].length() - words[last - 1].length() - 2);
            calls.add(
                    new Call(what.strip(), part.name(), Long.parseLong(words[last - 1]), Long.parseLong(words[last])));
        }
    }

    private static int integer(String word) {
        return Integer.parseInt(word);
    }

    private String shared(String name) {
        return names.computeIfAbsent(name, same -> same);
    }

    /** The longest time between two completions, as far as it lies within this time. */
    long longestSilence(long from, long to) {
        long longest = 0;
        for (int index = completions.firstAfter(from); index < completions.size(); index++) {
            long before = index == 0 ? from : Math.max(from, completions.at(index - 1));
            if (before > to) {
                break;
            }
            longest = Math.max(longest, Math.min(to, completions.at(index)) - before);
        }
        return longest;
    }
}
