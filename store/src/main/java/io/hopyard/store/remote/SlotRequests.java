package io.hopyard.store.remote;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.OnlineRows.RowPage;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.slot.SlotGate;
import io.hopyard.core.slot.SlotRows;
import io.hopyard.core.slot.SlotScan;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says what a request about slots calls. Thread safe. */
final class SlotRequests {
    private final @Nullable Supplier<DataDoor.Slots> slots;

    /** @param slots null = there are none here */
    SlotRequests(@Nullable Supplier<DataDoor.Slots> slots) {
        this.slots = slots;
    }

    private DataDoor.Slots now() {
        if (slots == null) {
            throw new FeatureStoreException(ErrorCode.NOT_AVAILABLE, "slots: this data node does not share any out");
        }
        return slots.get();
    }

    Requests.Work scan(FrameReader in) throws MalformedFrameException {
        OnlineCodec.ScanRequest scan = OnlineCodec.takeScan(in);
        SlotScan.Range range = new SlotScan.Range(in.takeInt(), scan.limit());
        return deadline -> {
            RowPage page = now().scan().scan(scan.schema(), scan.projection(), scan.cursor(), range, deadline);
            return out -> OnlineCodec.putPage(out, scan.projection(), page);
        };
    }

    Requests.Work gate() {
        return deadline -> {
            SlotGate gate = now().rows().gate(deadline);
            return out -> SlotCodec.putGate(out, gate);
        };
    }

    Requests.Work replace(FrameReader in) throws MalformedFrameException {
        SlotGate gate = SlotGate.decode(in.takeArray());
        return deadline -> {
            boolean replaced = now().rows().replace(gate, deadline);
            return out -> out.putByte(replaced ? 1 : 0);
        };
    }

    Requests.Work drain(FrameReader in) throws MalformedFrameException {
        long version = in.takeLong();
        return deadline -> {
            now().rows().drain(version, deadline);
            return out -> {};
        };
    }

    Requests.Work rows(FrameReader in) throws MalformedFrameException {
        List<Integer> wanted = SlotCodec.takeSlots(in);
        byte[] cursor = in.takeArray();
        return deadline -> {
            SlotRows.Rows page = now().rows().rows(wanted, cursor, deadline);
            return out -> SlotCodec.putRows(out, page);
        };
    }

    Requests.Work fill(FrameReader in) throws MalformedFrameException {
        long version = in.takeLong();
        List<RowWrite> writes = OnlineCodec.takeWrites(in);
        return deadline -> {
            now().rows().fill(version, writes, deadline);
            return out -> {};
        };
    }

    Requests.Work empty(FrameReader in) throws MalformedFrameException {
        long version = in.takeLong();
        List<Integer> wanted = SlotCodec.takeSlots(in);
        return deadline -> {
            boolean done = now().rows().empty(version, wanted, deadline);
            return out -> out.putByte(done ? 1 : 0);
        };
    }

    Requests.Work digest(FrameReader in) throws MalformedFrameException {
        List<Integer> wanted = SlotCodec.takeSlots(in);
        return deadline -> {
            SlotRows.Digest digest = now().rows().digest(wanted, deadline);
            return out -> SlotCodec.putDigest(out, digest);
        };
    }

    Requests.Work marks(FrameReader in) throws MalformedFrameException {
        long after = in.takeLong();
        return deadline -> {
            List<SlotRows.Mark> marks = now().rows().marks(after, deadline);
            return out -> SlotCodec.putMarks(out, marks);
        };
    }

    Requests.Work mark(FrameReader in) throws MalformedFrameException {
        List<SlotRows.Mark> marks = SlotCodec.takeMarks(in);
        return deadline -> {
            now().rows().mark(marks, deadline);
            return out -> {};
        };
    }

    Requests.Work size() {
        return deadline -> {
            long size = now().rows().size(deadline);
            return out -> out.putLong(size);
        };
    }
}
