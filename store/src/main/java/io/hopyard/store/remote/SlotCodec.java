package io.hopyard.store.remote;

import io.hopyard.core.serving.Clearing;
import io.hopyard.core.slot.SlotGate;
import io.hopyard.core.slot.SlotRows;
import java.util.ArrayList;
import java.util.List;

/** The verbs of slots as bytes. */
final class SlotCodec {
    private static final int MARK_BYTES_MIN = Long.BYTES + Integer.BYTES;

    private SlotCodec() {}

    static void putSlots(Bytes out, List<Integer> slots) {
        out.putInt(slots.size());
        slots.forEach(out::putShort);
    }

    static List<Integer> takeSlots(FrameReader in) throws MalformedFrameException {
        int count = in.takeCount(Short.BYTES);
        List<Integer> slots = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            slots.add(in.takeShort());
        }
        return slots;
    }

    static void putGate(Bytes out, SlotGate gate) {
        out.putArray(gate.encode());
    }

    /** Version 0 stands for all of them: what a pair does before its first move is not told apart. */
    static SlotGate takeGate(FrameReader in) throws MalformedFrameException {
        SlotGate gate = SlotGate.decode(in.takeArray());
        return gate.version() == 0 ? SlotGate.UNSET : gate;
    }

    static void putRows(Bytes out, SlotRows.Rows page) {
        OnlineCodec.putWrites(out, page.rows());
        out.putArray(page.next());
    }

    static SlotRows.Rows takeRows(FrameReader in) throws MalformedFrameException {
        return new SlotRows.Rows(OnlineCodec.takeWrites(in), in.takeArray());
    }

    static void putDigest(Bytes out, SlotRows.Digest digest) {
        out.putLong(digest.rows()).putLong(digest.sum());
    }

    static SlotRows.Digest takeDigest(FrameReader in) throws MalformedFrameException {
        return new SlotRows.Digest(in.takeLong(), in.takeLong());
    }

    static void putMarks(Bytes out, List<SlotRows.Mark> marks) {
        out.putInt(marks.size());
        marks.forEach(mark -> out.putLong(mark.table()).putArray(mark.clearing().toBytes()));
    }

    static List<SlotRows.Mark> takeMarks(FrameReader in) throws MalformedFrameException {
        int count = in.takeCount(MARK_BYTES_MIN);
        List<SlotRows.Mark> marks = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            marks.add(new SlotRows.Mark(in.takeLong(), Clearing.of(in.takeArray())));
        }
        return marks;
    }
}
