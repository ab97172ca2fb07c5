package io.hopyard.core.slot;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which pair owns which slot, and the one move that is under way. Stored as one row of the metadata, changed by
 * compare-and-set. Readers may have an old one: the pairs say so. Immutable.
 */
public final class SlotMap {
    private static final int FORMAT = 1;
    private static final int VERSION = 1;
    private static final int EPOCH = 2;
    private static final int OWNERS = 3;
    private static final int MOVE = 4;
    private static final int MOVE_EPOCH = 1;
    private static final int MOVE_FROM = 2;
    private static final int MOVE_TO = 3;
    private static final int MOVE_SLOT = 4;
    private static final int MOVE_PHASE = 5;

    private final long version;
    private final long epoch;
    private final int[] owners;
    private final @Nullable SlotMove move;
    private final int sole;

    private SlotMap(long version, long epoch, int[] owners, @Nullable SlotMove move) {
        this.version = version;
        this.epoch = epoch;
        this.owners = owners;
        this.move = move;
        this.sole = Arrays.stream(owners).allMatch(owner -> owner == owners[0]) ? owners[0] : 0;
    }

    /** Before anything was stored: one pair owns all. */
    public static SlotMap first(int pair) {
        if (pair < 1) {
            throw new IllegalArgumentException("pair: " + pair + " (expected: >= 1)");
        }
        int[] owners = new int[Slots.COUNT];
        Arrays.fill(owners, pair);
        return new SlotMap(0, 0, owners, null);
    }

    /** Grows by one with each change; 0 = never stored. */
    public long version() {
        return version;
    }

    /** Of the last move that was begun. */
    public long epoch() {
        return epoch;
    }

    /** Number of the pair. */
    public int owner(int slot) {
        return owners[slot];
    }

    /** The pair that owns all slots, or 0 when there are several. */
    public int sole() {
        return sole;
    }

    /** The first slot behind this one that another pair owns, or {@link Slots#COUNT}. */
    public int runEnd(int slot) {
        int end = slot + 1;
        while (end < Slots.COUNT && owners[end] == owners[slot]) {
            end++;
        }
        return end;
    }

    /** Ascending. */
    public List<Integer> slotsOf(int pair) {
        return IntStream.range(0, Slots.COUNT)
                .filter(slot -> owners[slot] == pair)
                .boxed()
                .toList();
    }

    /** Pairs that own slots or will. */
    public Set<Integer> pairs() {
        Set<Integer> pairs = Arrays.stream(owners).boxed().collect(Collectors.toCollection(TreeSet::new));
        if (move != null) {
            pairs.add(move.to());
        }
        return pairs;
    }

    public @Nullable SlotMove move() {
        return move;
    }

    /**
     * With a move begun.
     *
     * @throws IllegalArgumentException when another one is under way, or the slots are not that pair's
     */
    public SlotMap begin(int from, int to, Collection<Integer> slots) {
        SlotMove begun = new SlotMove(epoch + 1, from, to, List.copyOf(slots), SlotMove.Phase.COPYING);
        if (move != null || begun.slots().stream().anyMatch(slot -> owners[slot] != from)) {
            throw new IllegalArgumentException(
                    "move of slots from pair " + from + " (expected: its own slots, and no other move)");
        }
        return new SlotMap(version + 1, epoch + 1, owners, begun);
    }

    /** With the slots owned by their new pair. */
    SlotMap switched(SlotMove under) {
        int[] changed = owners.clone();
        under.slots().forEach(slot -> changed[slot] = under.to());
        return new SlotMap(version + 1, epoch, changed, under.in(SlotMove.Phase.SWITCHED));
    }

    /** With the move given up; nothing changes once the slots have their new owner. */
    SlotMap aborting() {
        return move == null || move.phase() != SlotMove.Phase.COPYING
                ? this
                : new SlotMap(version + 1, epoch, owners, move.in(SlotMove.Phase.ABORTING));
    }

    SlotMap settled() {
        return new SlotMap(version + 1, epoch, owners, null);
    }

    /** The stored form. */
    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(Slots.COUNT * Integer.BYTES);
        for (int owner : owners) {
            bytes.putInt(owner);
        }
        RecordWriter writer =
                new RecordWriter(FORMAT).put(VERSION, version).put(EPOCH, epoch).put(OWNERS, bytes.array());
        if (move != null) {
            RecordWriter inner = new RecordWriter(FORMAT)
                    .put(MOVE_EPOCH, move.epoch())
                    .put(MOVE_FROM, (long) move.from())
                    .put(MOVE_TO, (long) move.to())
                    .putNumbers(
                            MOVE_SLOT,
                            move.slots().stream().map(Integer::longValue).toList())
                    .put(MOVE_PHASE, (long) move.phase().code());
            writer.put(MOVE, inner.toBytes());
        }
        return writer.toBytes();
    }

    /** @throws IllegalArgumentException when the bytes are none, or of a newer format */
    public static SlotMap decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        byte[] stored = reader.bytes(OWNERS);
        if (stored.length != Slots.COUNT * Integer.BYTES) {
            throw new IllegalArgumentException(
                    "owners of slots: " + stored.length + " bytes (expected: " + Slots.COUNT * Integer.BYTES + ")");
        }
        int[] owners = new int[Slots.COUNT];
        ByteBuffer.wrap(stored).asIntBuffer().get(owners);
        byte[] move = reader.findBytes(MOVE);
        return new SlotMap(
                reader.number(VERSION), reader.number(EPOCH), owners, move == null ? null : decodeMove(move));
    }

    private static SlotMove decodeMove(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new SlotMove(
                reader.number(MOVE_EPOCH),
                Math.toIntExact(reader.number(MOVE_FROM)),
                Math.toIntExact(reader.number(MOVE_TO)),
                reader.numbers(MOVE_SLOT).stream().map(Math::toIntExact).toList(),
                SlotMove.Phase.of(reader.number(MOVE_PHASE)));
    }
}
