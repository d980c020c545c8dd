package dev.sluice.server.store;

import dev.sluice.server.core.RowStore;

/** The store in memory keeps the contract. */
final class MemoryStoreTest extends RowStoreContract {
    @Override
    RowStore open() {
        return new MemoryStore(() -> {});
    }
}
