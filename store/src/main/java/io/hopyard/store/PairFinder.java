package io.hopyard.store;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.ignite.spi.discovery.tcp.ipfinder.TcpDiscoveryIpFinderAdapter;

/** Where the engine looks for its ring: at exactly the nodes of the pair, as they are named now. Thread safe. */
final class PairFinder extends TcpDiscoveryIpFinderAdapter {
    private final StoreSettings settings;

    PairFinder(StoreSettings settings) {
        this.settings = settings;
        // What the engine would add to or take from the list is passed over.
        setShared(true);
    }

    @Override
    public Collection<InetSocketAddress> getRegisteredAddresses() {
        List<InetSocketAddress> addresses = new ArrayList<>();
        addresses.add(discovery(settings.address()));
        StoreSettings.Pair pair = settings.pair();
        StoreSettings.Peer peer = pair == null ? null : pair.peers().now();
        if (peer != null) {
            addresses.add(discovery(peer.address()));
        }
        return addresses;
    }

    private static InetSocketAddress discovery(StoreSettings.Address address) {
        return new InetSocketAddress(address.bindAddress(), address.discoveryPort());
    }

    @Override
    public void registerAddresses(Collection<InetSocketAddress> addresses) {}

    @Override
    public void unregisterAddresses(Collection<InetSocketAddress> addresses) {}
}
