package io.hopyard.store.pair;

import io.hopyard.core.pair.Heartbeat;
import io.hopyard.core.pair.Heartbeat.Answer;
import io.hopyard.core.pair.Heartbeat.Verdict;
import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairState;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * Heartbeats on the wire: format (1 byte), when it was sent by the asker's ticker (8), in an answer the verdict, then who
 * speaks, its state, its epoch (8) and whether its engine runs (1); texts with their length before them (2).
 */
final class HeartbeatFrame {
    private static final int FORMAT = 1;

    private HeartbeatFrame() {}

    /** A heartbeat and when it was sent. */
    record Ask(Heartbeat self, long sentNanos) {}

    /** An answer and when the question was sent. */
    record Answered(Answer answer, long sentNanos) {}

    static void write(DataOutputStream out, Ask ask) throws IOException {
        out.writeByte(FORMAT);
        out.writeLong(ask.sentNanos());
        writeSelf(out, ask.self());
        out.flush();
    }

    static void write(DataOutputStream out, Answered answered) throws IOException {
        out.writeByte(FORMAT);
        out.writeLong(answered.sentNanos());
        out.writeUTF(answered.answer().verdict().name());
        writeSelf(out, answered.answer().self());
        out.flush();
    }

    static Ask readAsk(DataInputStream in) throws IOException {
        long sentNanos = readBegin(in);
        return new Ask(readSelf(in), sentNanos);
    }

    static Answered readAnswer(DataInputStream in) throws IOException {
        long sentNanos = readBegin(in);
        Verdict verdict = constant(Verdict.class, in.readUTF());
        return new Answered(new Answer(verdict, readSelf(in)), sentNanos);
    }

    private static long readBegin(DataInputStream in) throws IOException {
        int format = in.readUnsignedByte();
        if (format != FORMAT) {
            throw new IOException("heartbeat: format " + format + " (expected: " + FORMAT + ")");
        }
        return in.readLong();
    }

    private static void writeSelf(DataOutputStream out, Heartbeat self) throws IOException {
        out.writeUTF(self.from().toString());
        out.writeUTF(self.state().name());
        out.writeLong(self.epoch());
        out.writeBoolean(self.engineUp());
    }

    private static Heartbeat readSelf(DataInputStream in) throws IOException {
        String from = in.readUTF();
        PairState state = constant(PairState.class, in.readUTF());
        long epoch = in.readLong();
        boolean engineUp = in.readBoolean();
        try {
            return new Heartbeat(Incarnation.parse(from), state, epoch, engineUp);
        } catch (IllegalArgumentException e) {
            throw new IOException("heartbeat: from '" + from + "' (expected: node/life)", e);
        }
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) throws IOException {
        try {
            return Enum.valueOf(type, name);
        } catch (IllegalArgumentException e) {
            throw new IOException("heartbeat: '" + name + "' (expected: a " + type.getSimpleName() + ")", e);
        }
    }
}
