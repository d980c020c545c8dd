package dev.sluice.bench.peer;

import java.util.ArrayList;
import java.util.List;

/** Three Sluice servers that are one cluster, all on this machine: what is measured beside {@code sluice} is what replication costs here. */
final class SluiceClusterProvider implements Provider {
    /** Runs the command that follows for each member; ends with them, and they with it. */
    private static final String MEMBERS = "own=; command -v setpriv > /dev/null && own='setpriv --pdeathsig KILL'\n"
            + "for each in a:$1 b:$2 c:$3; do\n"
            + "  $own \"${@:5}\" --node ${each%:*} --port ${each#*:} --data \"$4/${each%:*}\""
            + " --cluster a=127.0.0.1:$1,b=127.0.0.1:$2,c=127.0.0.1:$3 &\n"
            + "done\n"
            + "wait";

    private final SluiceProvider one = new SluiceProvider();

    @Override
    public String name() {
        return "sluice-cluster";
    }

    @Override
    public void fetch(Home home) {
        one.fetch(home);
    }

    @Override
    public String version(Home home) {
        return one.version(home);
    }

    @Override
    public String waitsFor(boolean persistent) {
        return persistent
                ? "The batch that a send is in is in the Raft log of two of three servers, and fdatasync has returned on both."
                : one.waitsFor(false);
    }

    @Override
    public void prepare(Place place) {
        // The defaults are measured.
    }

    @Override
    public List<String> command(Place place) {
        List<String> command = new ArrayList<>(List.of("bash", "-c", MEMBERS, name()));
        for (int port : new int[] {place.port(), place.secondPort(), place.thirdPort()}) {
            command.add(Integer.toString(port));
        }
        command.add(place.data().toString());
        command.addAll(place.home().serverCommand());
        return command;
    }

    @Override
    public Client client(Place place) {
        return Client.jms(
                "dev.sluice.SluiceConnectionFactory",
                "sluice://127.0.0.1:" + place.port() + ",127.0.0.1:" + place.secondPort() + ",127.0.0.1:"
                        + place.thirdPort());
    }

    @Override
    public List<String> clientClassPath(Home home) {
        return one.clientClassPath(home);
    }
}
