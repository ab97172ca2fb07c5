package io.hopyard.drill;

import io.hopyard.core.database.Commits;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.slot.StoredSlotMap;
import io.hopyard.core.time.Pause;
import io.hopyard.core.time.Ticker;
import io.hopyard.server.local.LocalNode;
import io.hopyard.store.remote.NodeTls;
import io.hopyard.store.remote.PairClient;
import io.hopyard.store.remote.SlotRouter;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Clients of some data nodes of each pair, and the router over the pairs. Thread safe. */
final class ClusterRows implements AutoCloseable {
    private static final int DOOR_PORT = 7700;

    private final Supplier<List<List<LocalNode>>> pairs;
    private final NodeTls tls;
    private final Ticker ticker;
    private final Map<Integer, PairClient> clients = new ConcurrentHashMap<>();
    private final SlotRouter router;

    /** @param pairs nodes to be asked, of each pair in the order of their numbers */
    ClusterRows(Supplier<List<List<LocalNode>>> pairs, NodeTls tls, Ticker ticker) {
        this.pairs = pairs;
        this.tls = tls;
        this.ticker = ticker;
        var metadata = client(1).database();
        this.router = new SlotRouter(
                this::client,
                this::numbers,
                new StoredSlotMap(metadata, new Commits(metadata, new SecureRandom(), ticker, Pause.NONE), () -> 1),
                ticker);
    }

    private Set<Integer> numbers() {
        return IntStream.rangeClosed(1, pairs.get().size()).boxed().collect(Collectors.toSet());
    }

    private PairClient client(int pair) {
        if (pair > pairs.get().size()) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "pair: " + pair + " (expected: one of " + numbers() + ")");
        }
        return clients.computeIfAbsent(
                pair,
                number -> new PairClient(
                        () -> members(number),
                        tls,
                        PairClient.Settings.of("a"),
                        new PairClient.Chance(ticker, new SecureRandom()),
                        new Metrics()));
    }

    private List<PairClient.Member> members(int pair) {
        return pairs.get().get(pair - 1).stream()
                .map(node -> new PairClient.Member(node.name(), node.zone(), node.address(), DOOR_PORT))
                .toList();
    }

    OnlineRows router() {
        return router;
    }

    @Override
    public void close() {
        router.close();
        clients.values().forEach(PairClient::close);
    }
}
