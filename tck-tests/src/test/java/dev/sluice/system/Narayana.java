package dev.sluice.system;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.common.recoveryPropertyManager;
import com.arjuna.ats.arjuna.objectstore.StoreManager;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.arjuna.state.InputObjectState;
import com.arjuna.ats.internal.arjuna.common.UidHelper;
import com.arjuna.ats.internal.arjuna.recovery.AtomicActionRecoveryModule;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTANodeNameXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTATransactionLogXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.internal.jta.resources.arjunacore.XAResourceRecord;
import com.arjuna.ats.internal.jta.resources.arjunacore.XAResourceRecordWrappingPlugin;
import com.arjuna.ats.internal.jta.utils.XAUtils;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jboss.tm.XAResourceWrapper;

/** The transaction manager of this JVM: there can be only one, which is set up once. */
public final class Narayana {
    private static final String TRANSACTIONS = "/StateManager/BasicAction/TwoPhaseCoordinator/AtomicAction";

    private Narayana() {}

    /** Sets it up with its log in {@code store}; its recovery runs when it is told to. */
    public static void start(Path store, String node) throws Exception {
        // It says what goes wrong, and no more.
        System.setProperty("org.jboss.logging.provider", "jdk");
        for (String name : new String[] {null, "communicationStore", "stateStore"}) {
            ObjectStoreEnvironmentBean bean = name == null
                    ? BeanPopulator.getDefaultInstance(ObjectStoreEnvironmentBean.class)
                    : BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, name);
            bean.setObjectStoreDir(store.toString());
        }
        arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier(node);
        arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
        var jta = jtaPropertyManager.getJTAEnvironmentBean();
        jta.setXaRecoveryNodes(List.of(node));
        jta.setXaResourceOrphanFilterClassNames(List.of(
                JTATransactionLogXAResourceOrphanFilter.class.getName(),
                JTANodeNameXAResourceOrphanFilter.class.getName()));
        jta.setOrphanSafetyInterval(100);
        jta.setXAResourceRecordWrappingPlugin(new NamesInTheLog());
        var recovery = recoveryPropertyManager.getRecoveryEnvironmentBean();
        recovery.setRecoveryModuleClassNames(
                List.of(AtomicActionRecoveryModule.class.getName(), XARecoveryModule.class.getName()));
        recovery.setExpiryScannerClassNames(List.of());
        recovery.setRecoveryActivatorClassNames(List.of());
        recovery.setRecoveryListener(false);
        // 0 would wait for ever.
        recovery.setRecoveryBackoffPeriod(1);
        RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT).initialize();
    }

    public static TransactionManager manager() {
        return com.arjuna.ats.jta.TransactionManager.transactionManager();
    }

    /** From now on the recovery asks {@code helper} too. */
    public static void asks(XAResourceRecoveryHelper helper) {
        XARecoveryModule.getRegisteredXARecoveryModule().addXAResourceRecoveryHelper(helper);
    }

    /** One pass of the recovery. */
    public static void recover() {
        RecoveryManager.manager().scan();
    }

    /** Transactions in its log: decided, and not known to be done everywhere. */
    public static int logged() throws Exception {
        InputObjectState found = new InputObjectState();
        int count = 0;
        if (StoreManager.getRecoveryStore().allObjUids(TRANSACTIONS, found) && found.notempty()) {
            while (!UidHelper.unpackFrom(found).equals(Uid.nullUid())) {
                count++;
            }
        }
        return count;
    }

    /** How many of these branches are of transactions that this JVM's manager began, or one before it with the same name. */
    public static int ofThisNode(Xid[] branches) {
        String own = arjPropertyManager.getCoreEnvironmentBean().getNodeIdentifier();
        return (int) Arrays.stream(branches)
                .filter(branch -> own.equals(XAUtils.getXANodeName(branch)))
                .count();
    }

    /** Keeps the name of a resource in the log, so that the recovery can tell whether it has asked that one. */
    private static final class NamesInTheLog implements XAResourceRecordWrappingPlugin {
        @Override
        public void transcribeWrapperData(XAResourceRecord record) {
            if (record.value() instanceof XAResourceWrapper wrapper) {
                record.setProductName(wrapper.getProductName());
                record.setProductVersion(wrapper.getProductVersion());
                record.setJndiName(wrapper.getJndiName());
            }
        }

        @Override
        public Integer getEISName(XAResource resource) {
            return 0;
        }

        @Override
        public String getEISName(Integer key) {
            return "unknown";
        }
    }
}
