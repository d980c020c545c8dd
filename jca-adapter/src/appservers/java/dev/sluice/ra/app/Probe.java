package dev.sluice.ra.app;

import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** What the test sees of the application: its rows, and sends outside and inside of transactions. */
@WebServlet("/probe")
public class Probe extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Inject
    @JMSConnectionFactory("java:app/jms/Sluice")
    private transient JMSContext context;

    @Resource(lookup = "java:app/jdbc/orders")
    private transient DataSource database;

    @Resource
    private transient UserTransaction transaction;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        try {
            switch (request.getParameter("do")) {
                case "rows" -> rows(response);
                case "clear" -> clear();
                case "most" -> response.getWriter().println(GateBean.most());
                case "send" -> context.createProducer().send(context.createQueue("sent"), request.getParameter("text"));
                default -> {
                    transaction.begin();
                    context.createProducer().send(context.createQueue("sent"), request.getParameter("text"));
                    if (request.getParameter("do").equals("commit")) {
                        transaction.commit();
                    } else {
                        transaction.rollback();
                    }
                }
            }
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private void clear() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM orders");
        }
    }

    private void rows(HttpServletResponse response) throws SQLException, IOException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT entry, deliveries FROM orders")) {
            while (rows.next()) {
                response.getWriter().println(rows.getString(1) + " " + rows.getInt(2));
            }
        }
    }
}
