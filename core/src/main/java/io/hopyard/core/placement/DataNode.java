package io.hopyard.core.placement;

/**
 * A data node as the others find it. Addresses are {@code host:port}.
 *
 * @param name of the node
 * @param zone in which it stands
 * @param door where rows are asked for
 * @param ring where the engine of the other member finds this one
 * @param exchange where the two engines exchange rows
 * @param lease where the other member asks for its lease
 */
public record DataNode(String name, String zone, String door, String ring, String exchange, String lease) {
    public DataNode {
        if (name.isBlank()
                || zone.isBlank()
                || door.isBlank()
                || ring.isBlank()
                || exchange.isBlank()
                || lease.isBlank()) {
            throw new IllegalArgumentException("data node: name '" + name + "', zone '" + zone + "', addresses '" + door
                    + "', '" + ring + "', '" + exchange + "', '" + lease + "' (expected: none of them empty)");
        }
    }
}
