package io.hopyard.core.placement;

import io.hopyard.core.cluster.Membership;
import io.hopyard.core.cluster.Node;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.pair.PairOverride;
import io.hopyard.core.pair.PairRecord;
import io.hopyard.core.pair.PairRegister;
import io.hopyard.core.time.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may do to the places of data nodes: see them, remove a dead node for good, and say whose rows count when
 * the record of a pair is gone or cannot be followed. Thread safe.
 */
public final class DataPlaces {
    private static final int TRIES_MAX = 20;

    private final PlacementRegister placements;
    private final IntFunction<PairRegister> records;
    private final Membership membership;

    /** @param records of a pair by its number; may be called by any thread */
    public DataPlaces(PlacementRegister placements, IntFunction<PairRegister> records, Membership membership) {
        this.placements = placements;
        this.records = records;
        this.membership = membership;
    }

    /**
     * How a pair stands.
     *
     * @param record null when there is none
     * @param alive names of the members that are seen in the cluster
     */
    public record Standing(Pair pair, @Nullable PairRecord record, Set<String> alive) {}

    /** All pairs in the order of their numbers. */
    public List<Standing> list(Deadline deadline) {
        Set<String> alive = alive();
        return placements.read(deadline).placement().pairs().stream()
                .map(pair -> new Standing(
                        pair,
                        recordOf(records.apply(pair.number()).read(deadline)),
                        pair.members().stream()
                                .map(DataNode::name)
                                .filter(alive::contains)
                                .collect(Collectors.toSet())))
                .toList();
    }

    /**
     * Takes a dead node out of its pair for good, so that an empty one of another name can take its place; what lives goes on
     * serving. First the record of the pair bars the node, so that it cannot become a member meanwhile, then it loses its
     * place. May be repeated when it was not answered.
     *
     * @throws FeatureStoreException {@code INVALID_REQUEST} by {@link RemovalRule}, {@code CONCURRENT_CHANGE} when others
     *     changed the record or the placement all the time
     */
    public void remove(String node, Deadline deadline) {
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            if (tryToRemove(node, deadline)) {
                return;
            }
        }
        throw new FeatureStoreException(
                ErrorCode.CONCURRENT_CHANGE, "data node to remove: " + node + ": its pair changes all the time");
    }

    private boolean tryToRemove(String node, Deadline deadline) {
        PlacementRegister.Written read = placements.read(deadline);
        Placement placement = read.placement();
        PairRegister register =
                placement.pairOf(node).map(pair -> records.apply(pair.number())).orElse(null);
        PairRegister.Written written = register == null ? null : register.read(deadline);
        RemovalRule.check(placement, node, recordOf(written), alive().contains(node));
        Placement less = placement.without(node);
        boolean barred = register != null
                && written != null
                && (written.record().bars(node)
                        || register.replace(written, written.record().without(node), deadline));
        return barred && placements.replace(read, less, deadline);
    }

    /**
     * What it would mean to let the rows of that node count.
     *
     * @param epochSeen the highest epoch that a node of the pair is known to know, 0 for none
     * @throws FeatureStoreException {@code INVALID_REQUEST} when it is in no pair, or the other member of its pair is alive
     */
    public PairOverride proposal(String node, long epochSeen, Deadline deadline) {
        Pair pair = pair(node, deadline);
        return proposal(pair, node, epochSeen, records.apply(pair.number()).read(deadline));
    }

    private PairOverride proposal(Pair pair, String node, long epochSeen, PairRegister.@Nullable Written written) {
        Optional<DataNode> other = pair.peerOf(node);
        if (other.isPresent() && alive().contains(other.get().name())) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "data node whose rows are to count: '" + node + "' (expected: that "
                            + other.get().name() + " is stopped before; it may serve, and would not hear of this)");
        }
        PairRecord record = recordOf(written);
        if (record != null && record.bars(node)) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "data node whose rows are to count: '" + node + "' (expected: one that was not removed)");
        }
        if (record == null && other.isEmpty()) {
            return PairOverride.first(node, epochSeen);
        }
        return PairOverride.propose(record, node, epochSeen);
    }

    /**
     * Lets the rows of that node count, whatever another one has.
     *
     * @param confirmation as {@link PairOverride#confirmation} has it
     * @return the record that was written
     * @throws FeatureStoreException {@code INVALID_REQUEST} when it was not confirmed or as in {@link #proposal},
     *     {@code CONCURRENT_CHANGE} when the record was changed meanwhile
     */
    public PairRecord override(String node, long epochSeen, String confirmation, Deadline deadline) {
        Pair pair = pair(node, deadline);
        PairRegister register = records.apply(pair.number());
        PairRegister.Written written = register.read(deadline);
        PairOverride proposed = proposal(pair, node, epochSeen, written);
        PairRecord next;
        try {
            next = proposed.confirmed(confirmation);
        } catch (IllegalArgumentException e) {
            throw new FeatureStoreException(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()), e);
        }
        boolean done = written == null ? register.create(next, deadline) : register.replace(written, next, deadline);
        if (!done) {
            throw new FeatureStoreException(
                    ErrorCode.CONCURRENT_CHANGE,
                    "record of pair " + pair.number() + ": it was changed meanwhile (expected: that it stays as it was"
                            + " shown)");
        }
        return next;
    }

    private Pair pair(String node, Deadline deadline) {
        return placements
                .read(deadline)
                .placement()
                .pairOf(node)
                .orElseThrow(() -> new FeatureStoreException(
                        ErrorCode.INVALID_REQUEST,
                        "data node whose rows are to count: '" + node + "' (expected: a member of a pair)"));
    }

    private Set<String> alive() {
        return membership.alive().stream().map(Node::name).collect(Collectors.toSet());
    }

    private static @Nullable PairRecord recordOf(PairRegister.@Nullable Written written) {
        return written == null ? null : written.record();
    }
}
