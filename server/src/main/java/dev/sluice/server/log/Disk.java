package dev.sluice.server.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The directory of a log: all that the log asks of a file system, so that tests can take the power away between any two steps. */
interface Disk {
    /** The directory, for people. */
    String name();

    /** The names of all files. */
    List<String> list() throws IOException;

    /** Opens a file for reading and writing; creates it when it is not there. */
    DiskFile open(String file) throws IOException;

    void rename(String from, String to) throws IOException;

    void delete(String file) throws IOException;

    /** Makes the names of files durable. */
    void sync() throws IOException;

    /** Bytes that may still be written. */
    long usableBytes() throws IOException;

    long totalBytes() throws IOException;

    /** An open file. */
    interface DiskFile extends Closeable {
        /** Writes all of the bytes from position to limit. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Reads until the buffer is full or the file ends; returns how many bytes. */
        int read(ByteBuffer bytes, long position) throws IOException;

        /** Makes what was written durable. */
        void sync() throws IOException;

        long size() throws IOException;
    }
}
