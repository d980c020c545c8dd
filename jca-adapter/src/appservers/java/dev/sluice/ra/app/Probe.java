package dev.sluice.ra.app;

import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** What the test sees of the application: its rows, and sends outside and inside of transactions. */
@WebServlet("/probe")
public class Probe extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final int PARTS = 100;
    private static final int PART_MILLIS = 200;

    @Inject
    @JMSConnectionFactory("java:app/jms/Sluice")
    private transient JMSContext context;

    @Resource(lookup = "java:app/jms/Sluice")
    private transient ConnectionFactory factory;

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
                case "late" -> late(request.getParameter("text"), response);
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

    /** Sends in a transaction, and again by the same context when that has timed out. */
    private void late(String text, HttpServletResponse response) throws Exception {
        transaction.setTransactionTimeout(1);
        transaction.begin();
        try (JMSContext own = factory.createContext()) {
            own.createProducer().send(own.createQueue("sent"), text + " in time");
            for (int times = 0; times < PARTS && transaction.getStatus() == Status.STATUS_ACTIVE; times++) {
                boolean ignored = new CountDownLatch(1).await(PART_MILLIS, TimeUnit.MILLISECONDS);
            }
            response.getWriter().println("status " + transaction.getStatus());
            try {
                own.createProducer().send(own.createQueue("sent"), text + " late");
                response.getWriter().println("sent");
            } catch (JMSRuntimeException refused) {
                response.getWriter().println("refused: " + refused.getMessage());
            }
        } finally {
            transaction.rollback();
            transaction.setTransactionTimeout(0);
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
