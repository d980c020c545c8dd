package dev.sluice.chaos;

import dev.sluice.system.ClusterProcesses;
import java.nio.file.Path;
import java.util.List;

/** Where members run that have a network and disks of their own. */
record Hosts(Network network, Disks disks) implements ClusterProcesses.Place {
    @Override
    public String address(String name) {
        return network.address(name);
    }

    @Override
    public List<String> before(String name) {
        return Network.at(name);
    }

    @Override
    public void prepare(String name, Path data) {
        disks.mount(name, data);
    }

    @Override
    public void clear(String name) {
        disks.unmount(name);
    }
}
