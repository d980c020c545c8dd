package dev.sluice.jms;

import dev.sluice.base.Monitor;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import org.jspecify.annotations.Nullable;

/** Brings the events of a link to its connection, which exists only after the link. Thread-safe. */
public final class LinkEvents implements LinkListener {
    private final Monitor monitor = new Monitor();
    private @Nullable ClassicConnection connection;
    private @Nullable LinkException failure;
    private boolean away;
    private String server = "";

    void attach(ClassicConnection newConnection) {
        @Nullable LinkException missed;
        monitor.enter();
        try {
            connection = newConnection;
            missed = failure;
        } finally {
            monitor.leave();
        }
        if (missed != null) {
            newConnection.failed(missed);
        }
    }

    /** Whether nothing can be said to the server now. */
    boolean isAway() {
        monitor.enter();
        try {
            return away;
        } finally {
            monitor.leave();
        }
    }

    /** The server that was reached last. */
    String server() {
        monitor.enter();
        try {
            return server;
        } finally {
            monitor.leave();
        }
    }

    @Override
    public void established(String at) {
        reached(at);
    }

    @Override
    public void interrupted(LinkException reason) {
        ClassicConnection target = set(true);
        if (target != null) {
            target.interrupted(reason);
        }
    }

    @Override
    public void resumed(String at) {
        reached(at);
        ClassicConnection target = set(false);
        if (target != null) {
            target.resumed(at);
        }
    }

    private void reached(String at) {
        monitor.enter();
        try {
            server = at;
        } finally {
            monitor.leave();
        }
    }

    @Override
    public void failed(LinkException reason) {
        monitor.enter();
        try {
            failure = reason;
        } finally {
            monitor.leave();
        }
        ClassicConnection target = set(true);
        if (target != null) {
            target.failed(reason);
        }
    }

    private @Nullable ClassicConnection set(boolean isAway) {
        monitor.enter();
        try {
            away = isAway;
            return connection;
        } finally {
            monitor.leave();
        }
    }
}
