package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.resource.spi.LocalTransactionException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** Local transactions of the container whose branch the server refuses to end. */
class BranchOfOwnTest {
    private final List<String> calls = new ArrayList<>();
    private final BranchOfOwn local = new BranchOfOwn((XAResource) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {XAResource.class}, (proxy, method, arguments) -> {
                calls.add(method.getName());
                if (method.getName().equals("end")) {
                    throw new XAException(XAException.XA_RBROLLBACK);
                }
                return null;
            }));

    @Test
    void aBranchThatCannotBeCommittedIsRolledBack() throws Exception {
        local.begin();
        assertThatThrownBy(local::commit).isInstanceOf(LocalTransactionException.class);
        assertThat(calls).containsExactly("start", "end", "rollback");
    }

    @Test
    void aRollbackGoesOnThoughTheBranchCannotBeEnded() throws Exception {
        local.begin();
        assertThatThrownBy(local::rollback).isInstanceOf(LocalTransactionException.class);
        assertThat(calls).containsExactly("start", "end", "rollback");
    }
}
