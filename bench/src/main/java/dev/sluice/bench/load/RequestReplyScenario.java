package dev.sluice.bench.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.bench.load.LoadClient.Requester;
import dev.sluice.bench.load.LoadClient.Responder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** More and more clients ask and wait for the answer. What the result says at the top is the largest number of clients. */
final class RequestReplyScenario implements Scenario {
    private static final List<Integer> CLIENTS = List.of(1, 4, 16, 64);
    private static final long ANSWER_MILLIS = 30_000;
    private static final long PATIENCE_MILLIS = 100;

    @Override
    public void run(Run run) throws Exception {
        Phase phase = new Phase();
        List<Future<?>> servers = new ArrayList<>();
        for (int index = 0; index < run.shape().consumers(); index++) {
            Responder responder = run.connect().responder(run.options().queue());
            servers.add(run.crew().start(() -> answer(responder, phase)));
        }
        ObjectNode parts = run.result().extra().putObject("clients");
        List<Requester> requesters = new ArrayList<>();
        for (int clients : CLIENTS) {
            while (requesters.size() < clients) {
                requesters.add(run.connect().requester(run.options().queue()));
            }
            Measurement.Measured measured = measure(run, requesters);
            Result.put(parts.putObject(Integer.toString(clients)), measured);
            if (clients == run.shape().producers()) {
                Result.put(run.result().root(), measured);
            }
        }
        run.putDiskBytes();
        phase.end();
        run.crew().awaitEnd(servers);
    }

    private static void answer(Responder responder, Phase phase) throws Exception {
        boolean answered = true;
        while (answered || !phase.isOver()) {
            answered = responder.answer(PATIENCE_MILLIS);
        }
    }

    private static Measurement.Measured measure(Run run, List<Requester> requesters) throws Exception {
        Gauges gauges = Gauges.create();
        List<Future<?>> clients = new ArrayList<>();
        for (int index = 0; index < requesters.size(); index++) {
            Requester requester = requesters.get(index);
            Schedule schedule = new Schedule(System.nanoTime(), run.options().rate(), requesters.size(), index);
            clients.add(run.crew().start(() -> ask(run, requester, schedule, gauges)));
        }
        run.crew().pass(TimeUnit.SECONDS.toNanos(run.options().warmupSeconds()) / CLIENTS.size());
        Measurement measurement = run.measure(gauges);
        run.crew().pass(TimeUnit.SECONDS.toNanos(run.options().seconds()) / CLIENTS.size());
        Measurement.Measured measured = measurement.end();
        gauges.phase().end();
        run.crew().awaitEnd(clients);
        return measured;
    }

    private static void ask(Run run, Requester requester, Schedule schedule, Gauges gauges) throws Exception {
        Outgoing message = new Outgoing(run.shape().bodyBytes());
        Meter.Lane lane = gauges.received().lane();
        while (gauges.phase().isSending()) {
            message.start(schedule.await());
            requester.request(message, ANSWER_MILLIS);
            lane.record(message.start());
        }
    }
}
