package dev.sluice.ra.app;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Makes the table of the orders. */
@Singleton
@Startup
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class Table {
    @Resource(lookup = "java:app/jdbc/orders")
    private DataSource database;

    /** When the application starts. GlassFish wants to hear here, too, that it needs no transaction. */
    @PostConstruct
    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    public void create() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            // Not every database knows IF NOT EXISTS.
            try (ResultSet tables = connection.getMetaData().getTables(null, null, "ORDERS", null)) {
                if (!tables.next()) {
                    statement.execute("CREATE TABLE orders (entry VARCHAR(100), deliveries INT)");
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
