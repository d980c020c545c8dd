package dev.sluice.ra.app;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Makes the table of the orders. */
@Singleton
@Startup
public class Table {
    @Resource(lookup = "java:/jdbc/orders")
    private DataSource database;

    /** When the application starts. */
    @PostConstruct
    public void create() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS orders (text VARCHAR, deliveries INT)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
