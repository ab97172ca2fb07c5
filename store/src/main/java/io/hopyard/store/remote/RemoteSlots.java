package io.hopyard.store.remote;

import io.hopyard.core.serving.OnlineRows.RowPage;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.slot.SlotGate;
import io.hopyard.core.slot.SlotRows;
import io.hopyard.core.slot.SlotScan;
import io.hopyard.core.time.Deadline;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a pair over sockets. Thread safe.
 *
 * @param any asks whichever member answers
 * @param each the members one by one
 */
record RemoteSlots(Asker any, Supplier<? extends List<? extends Asker>> each) implements SlotRows, SlotScan {
    @Override
    public RowPage scan(OnlineSchema schema, Projection projection, byte[] cursor, Range range, Deadline deadline) {
        OnlineCodec.ScanRequest scan = new OnlineCodec.ScanRequest(schema, projection, cursor, range.limit());
        return any.ask(
                new Call.Request<>(
                        Verb.SLOT_SCAN,
                        out -> {
                            OnlineCodec.putScan(out, scan);
                            out.putInt(range.end());
                        },
                        in -> OnlineCodec.takePage(in, schema, projection)),
                deadline);
    }

    @Override
    public SlotGate gate(Deadline deadline) {
        return any.ask(new Call.Request<>(Verb.SLOT_GATE, out -> {}, SlotCodec::takeGate), deadline);
    }

    @Override
    public boolean replace(SlotGate gate, Deadline deadline) {
        return any.ask(
                new Call.Request<>(Verb.SLOT_REPLACE, out -> SlotCodec.putGate(out, gate), in -> in.takeByte() != 0),
                deadline);
    }

    @Override
    public void drain(long version, Deadline deadline) {
        for (Asker member : each.get()) {
            member.ask(
                    new Call.Request<@Nullable Void>(Verb.SLOT_DRAIN, out -> out.putLong(version), in -> null),
                    deadline);
        }
    }

    @Override
    public Rows rows(List<Integer> slots, byte[] cursor, Deadline deadline) {
        return any.ask(
                new Call.Request<>(
                        Verb.SLOT_ROWS,
                        out -> {
                            SlotCodec.putSlots(out, slots);
                            out.putArray(cursor);
                        },
                        SlotCodec::takeRows),
                deadline);
    }

    @Override
    public void fill(long version, List<RowWrite> rows, Deadline deadline) {
        any.ask(
                new Call.Request<@Nullable Void>(
                        Verb.SLOT_FILL, out -> OnlineCodec.putWrites(out.putLong(version), rows), in -> null),
                deadline);
    }

    @Override
    public boolean empty(long version, List<Integer> slots, Deadline deadline) {
        return any.ask(
                new Call.Request<>(
                        Verb.SLOT_EMPTY,
                        out -> SlotCodec.putSlots(out.putLong(version), slots),
                        in -> in.takeByte() != 0),
                deadline);
    }

    /** Slot by slot, so that each is done well within an attempt. */
    @Override
    public Digest digest(List<Integer> slots, Deadline deadline) {
        Digest total = new Digest(0, 0);
        for (int slot : slots) {
            Digest one = any.ask(
                    new Call.Request<>(
                            Verb.SLOT_DIGEST, out -> SlotCodec.putSlots(out, List.of(slot)), SlotCodec::takeDigest),
                    deadline);
            total = new Digest(total.rows() + one.rows(), total.sum() + one.sum());
        }
        return total;
    }

    @Override
    public List<Mark> marks(long afterTable, Deadline deadline) {
        return any.ask(
                new Call.Request<>(Verb.SLOT_MARKS, out -> out.putLong(afterTable), SlotCodec::takeMarks), deadline);
    }

    @Override
    public void mark(List<Mark> marks, Deadline deadline) {
        any.ask(
                new Call.Request<@Nullable Void>(Verb.SLOT_MARK, out -> SlotCodec.putMarks(out, marks), in -> null),
                deadline);
    }

    @Override
    public long size(Deadline deadline) {
        return any.ask(new Call.Request<>(Verb.SLOT_SIZE, out -> {}, FrameReader::takeLong), deadline);
    }
}
