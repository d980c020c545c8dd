package dev.sluice.system;

import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import org.h2.jdbcx.JdbcDataSource;

/** A database as the other resource of global transactions: one table, of texts. A directory's is open in one process at a time. */
public final class Database implements AutoCloseable {
    private final XAConnection work;
    private final XAConnection forRecovery;
    private final Connection connection;
    private final XAResource inDoubt;

    private Database(JdbcDataSource source) throws SQLException {
        try (Connection plain = source.getConnection()) {
            plain.createStatement().execute("CREATE TABLE IF NOT EXISTS moved (what VARCHAR)");
        }
        work = source.getXAConnection();
        forRecovery = source.getXAConnection();
        connection = work.getConnection();
        inDoubt = forRecovery.getXAResource();
    }

    /** Opens that of a directory, or makes it. */
    public static Database open(Path directory) throws SQLException {
        return new Database(source(directory));
    }

    private static JdbcDataSource source(Path directory) {
        JdbcDataSource source = new JdbcDataSource();
        // With a delay, H2 would lose what it has committed.
        source.setURL("jdbc:h2:file:" + directory.resolve("database").toAbsolutePath() + ";WRITE_DELAY=0");
        return source;
    }

    /** In which {@link #insert} works. */
    public XAResource resource() throws SQLException {
        return work.getXAResource();
    }

    /** Which says what is in doubt. */
    public XAResource inDoubt() {
        return inDoubt;
    }

    /** What the recovery of the transaction manager is to ask, under a name. */
    public XAResourceRecoveryHelper recovery(String name) {
        XAResource named = Fate.named(inDoubt, name);
        return new XAResourceRecoveryHelper() {
            @Override
            public boolean initialise(String parameters) {
                return true;
            }

            @Override
            public XAResource[] getXAResources() {
                return new XAResource[] {named};
            }
        };
    }

    /** Adds a row, in the transaction that is under way. */
    public void insert(String what) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO moved VALUES (?)")) {
            insert.setString(1, what);
            insert.executeUpdate();
        }
    }

    /** What a directory's has, in order. */
    public static List<String> rows(Path directory) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection plain = source(directory).getConnection();
                ResultSet found = plain.createStatement().executeQuery("SELECT what FROM moved ORDER BY what")) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }

    @Override
    public void close() throws SQLException {
        work.close();
        forRecovery.close();
    }
}
