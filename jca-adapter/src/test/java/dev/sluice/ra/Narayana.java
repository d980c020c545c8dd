package dev.sluice.ra;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.nio.file.Path;
import java.util.List;

/** The transaction manager of this JVM: there can be only one, which is set up once. */
final class Narayana {
    static {
        System.setProperty("org.jboss.logging.provider", "jdk");
        Path store = Path.of("target", "narayana-" + ProcessHandle.current().pid());
        for (String name : new String[] {null, "communicationStore", "stateStore"}) {
            ObjectStoreEnvironmentBean bean = name == null
                    ? BeanPopulator.getDefaultInstance(ObjectStoreEnvironmentBean.class)
                    : BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, name);
            bean.setObjectStoreDir(store.toString());
        }
        try {
            arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier("ra");
        } catch (com.arjuna.ats.arjuna.common.CoreEnvironmentBeanException tooLong) {
            throw new IllegalStateException(tooLong);
        }
        arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
        jtaPropertyManager.getJTAEnvironmentBean().setXaRecoveryNodes(List.of("ra"));
    }

    private Narayana() {}

    static TransactionManager manager() {
        return com.arjuna.ats.jta.TransactionManager.transactionManager();
    }

    static TransactionSynchronizationRegistry registry() {
        return new TransactionSynchronizationRegistryImple();
    }
}
