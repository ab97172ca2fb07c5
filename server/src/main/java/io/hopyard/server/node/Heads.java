package io.hopyard.server.node;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.server.settings.HeadAddress;
import io.hopyard.server.settings.Setting;
import java.util.List;

/**
 * The heads of the cluster, and where their services for the other nodes are. A head that is the only one may have another
 * address for each of its doors; where there are several, each has one address for all of them.
 */
final class Heads {
    private final Surroundings around;
    private final List<HeadAddress> named;

    Heads(Surroundings around) {
        this.around = around;
        this.named = around.get(AllSettings.CLUSTER_HEADS);
    }

    /** One that stands alone, or all in the order of their numbers. */
    List<HeadAddress> at(Setting<String> door) {
        return named.isEmpty()
                ? List.of(new HeadAddress(around.get(AllSettings.NODE_NAME), around.address(door)))
                : named;
    }

    List<String> names() {
        return at(AllSettings.NODE_ADDRESS).stream().map(HeadAddress::name).toList();
    }

    /** The number of this head among all, 1 or more: it stays as long as the list does. */
    int ownNumber() {
        int index = names().indexOf(around.get(AllSettings.NODE_NAME));
        if (index < 0) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "node name: " + around.get(AllSettings.NODE_NAME) + " (expected: one of " + names()
                            + ", the heads in cluster.heads)");
        }
        return index + 1;
    }

    /** {@code host:port} of all heads. */
    List<String> doors(Setting<String> door, Setting<Integer> port) {
        return at(door).stream()
                .map(head -> head.host() + ":" + around.get(port))
                .toList();
    }

    /** The same in one text, with commas between them. */
    String servers(Setting<String> door, Setting<Integer> port) {
        return String.join(",", doors(door, port));
    }
}
