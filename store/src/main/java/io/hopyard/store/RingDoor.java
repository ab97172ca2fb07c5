package io.hopyard.store;

import io.hopyard.core.pair.Incarnation;
import io.hopyard.store.pair.PairGate;
import java.io.Serializable;
import java.util.UUID;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.plugin.CachePluginContext;
import org.apache.ignite.plugin.CachePluginProvider;
import org.apache.ignite.plugin.ExtensionRegistry;
import org.apache.ignite.plugin.IgnitePlugin;
import org.apache.ignite.plugin.PluginConfiguration;
import org.apache.ignite.plugin.PluginContext;
import org.apache.ignite.plugin.PluginProvider;
import org.apache.ignite.plugin.PluginValidationException;
import org.jspecify.annotations.Nullable;

/**
 * Lets nobody into the engine's ring but the other node of the pair, as the {@link PairGate} knows it: the guards of
 * {@link GuardedDiscovery} hold for two only, and one that was removed has old rows. The engine asks its plugins
 * before it takes a node in. Thread safe.
 */
final class RingDoor implements PluginProvider<PluginConfiguration> {
    private static final IgnitePlugin PLUGIN = new IgnitePlugin() {};

    private final PairGate gate;

    RingDoor(PairGate gate) {
        this.gate = gate;
    }

    @Override
    @SuppressWarnings("deprecation") // the engine leaves no other way to implement it
    public void validateNewNode(ClusterNode node) {
        Incarnation joiner = GuardedDiscovery.incarnation(node);
        if (joiner == null || !gate.admits(joiner)) {
            String why = "ring of a pair: " + (joiner == null ? node.consistentId() : joiner)
                    + " (expected: the other node of the pair)";
            throw new PluginValidationException(why, why, node.id());
        }
    }

    @Override
    public String name() {
        return "hopyard-ring";
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public String copyright() {
        return "";
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as the engine declares it
    public <T extends IgnitePlugin> T plugin() {
        return (T) PLUGIN;
    }

    @Override
    public void initExtensions(PluginContext context, ExtensionRegistry registry) {}

    @Override
    public <T> @Nullable T createComponent(PluginContext context, Class<T> type) {
        return null;
    }

    @Override
    @SuppressWarnings("rawtypes") // as the engine declares it
    public @Nullable CachePluginProvider createCacheProvider(CachePluginContext context) {
        return null;
    }

    @Override
    public void start(PluginContext context) {}

    @Override
    public void stop(boolean cancel) {}

    @Override
    public void onIgniteStart() {}

    @Override
    public void onIgniteStop(boolean cancel) {}

    @Override
    public @Nullable Serializable provideDiscoveryData(UUID nodeId) {
        return null;
    }

    @Override
    public void receiveDiscoveryData(UUID nodeId, @Nullable Serializable data) {}
}
