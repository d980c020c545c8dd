package dev.sluice.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** File systems of their own, each in a file, so that one of them can hang as a disk does that answers no more. Needs root and loop devices. */
final class Disks {
    /** The file is sparse: it takes what is written. */
    private static final long BYTES = 8L << 30;

    private final Map<String, Path> mounted = new HashMap<>();
    private final Map<String, Path> images = new HashMap<>();

    /** An empty file system, there. */
    void mount(String name, Path at) {
        Path image = at.resolveSibling(name + ".disk");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(BYTES);
            Files.createDirectories(at);
            Shell.run("mkfs.ext4", "-q", "-F", image.toString());
            Shell.run("mount", "-o", "loop", image.toString(), at.toString());
            images.put(name, image);
            mounted.put(name, at);
            Files.delete(at.resolve("lost+found"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Who writes waits, and cannot even be killed. */
    void hang(String name) {
        Shell.run("fsfreeze", "--freeze", mounted.get(name).toString());
    }

    /** Who waited goes on. */
    void goOn(String name) {
        Shell.run("fsfreeze", "--unfreeze", mounted.get(name).toString());
    }

    /** Takes it away, with all that is on it. */
    void unmount(String name) {
        Path at = mounted.remove(name);
        if (at != null) {
            Shell.run("umount", at.toString());
            try {
                Files.delete(images.remove(name));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
