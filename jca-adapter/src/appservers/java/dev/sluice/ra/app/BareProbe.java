package dev.sluice.ra.app;

import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** An application without messages, to compare with: what it leaves behind is not the adapter's. */
@WebServlet("/probe")
public class BareProbe extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Resource(lookup = "java:app/jdbc/orders")
    private transient DataSource database;

    @Inject
    private transient Table table;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try (Connection connection = database.getConnection()) {
            response.getWriter().println(connection.isValid(1) + " " + (table != null));
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }
}
