package dev.sluice.ra.app;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Sees the JVM of the server from within: the names of its threads. */
@WebServlet("/probe")
public class WatchProbe extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        for (Thread each : Thread.getAllStackTraces().keySet()) {
            response.getWriter().println(each.getName());
        }
    }
}
