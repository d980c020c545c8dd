package dev.sluice.chaos;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One client process: all its workers, a thread each. Ends by itself when the run ends. */
final class ChaosClient {
    private ChaosClient() {}

    /** Arguments: the directory of the run, its name, which process of that name it is, the URL, a seed, messages a second of each producer. */
    public static void main(String[] arguments) throws InterruptedException {
        int incarnation = Integer.parseInt(arguments[2]);
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[4]) * 31 + incarnation);
        List<Thread> threads = new ArrayList<>();
        for (Workload.Part part : Workload.CLIENTS.get(arguments[1])) {
            Worker worker = Worker.of(new Worker.Order(
                    part,
                    incarnation,
                    Path.of(arguments[0]),
                    arguments[3],
                    random.split(),
                    Integer.parseInt(arguments[5])));
            threads.add(new Thread(worker, part.name()));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        // Threads that the transaction manager has left must not hold it.
        System.exit(0);
    }
}
