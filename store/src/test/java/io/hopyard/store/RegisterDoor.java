package io.hopyard.store;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.pair.PairRecord;
import io.hopyard.core.pair.PairRegister;
import io.hopyard.core.time.Deadline;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lets processes of a drill use the register of the test: one connection and one byte of question for each call. */
final class RegisterDoor implements AutoCloseable {
    private static final int READ = 1;
    private static final int CREATE = 2;
    private static final int REPLACE = 3;

    private final PairRegister register;
    private final ServerSocket listening;

    RegisterDoor(PairRegister register, String address) throws IOException {
        this.register = register;
        this.listening = new ServerSocket(0, 16, InetAddress.getByName(address));
        Thread.ofPlatform().daemon(true).start(this::serve);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void serve() {
        while (!listening.isClosed()) {
            try (Socket socket = listening.accept()) {
                socket.setSoTimeout(1_000);
                answer(new DataInputStream(socket.getInputStream()), new DataOutputStream(socket.getOutputStream()));
            } catch (IOException | FeatureStoreException e) {
                // The asker gets no answer, which is what it must be able to bear.
            }
        }
    }

    private void answer(DataInputStream in, DataOutputStream out) throws IOException {
        Deadline soon = Deadline.after(System::nanoTime, Duration.ofSeconds(1));
        switch (in.readByte()) {
            case READ -> write(out, register.read(soon));
            case CREATE -> out.writeBoolean(register.create(PairRecord.decode(bytes(in)), soon));
            case REPLACE -> {
                PairRegister.Written read = read(in);
                PairRecord next = PairRecord.decode(bytes(in));
                out.writeBoolean(read != null && register.replace(read, next, soon));
            }
            default -> throw new IOException("no such question");
        }
    }

    private static void write(DataOutputStream out, PairRegister.@Nullable Written written) throws IOException {
        out.writeBoolean(written != null);
        if (written != null) {
            out.writeLong(written.version());
            bytes(out, written.record().encode());
        }
    }

    private static PairRegister.@Nullable Written read(DataInputStream in) throws IOException {
        if (!in.readBoolean()) {
            return null;
        }
        long version = in.readLong();
        return new PairRegister.Written(PairRecord.decode(bytes(in)), version);
    }

    private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readUnsignedShort());
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    /** The other side. */
    record Client(String address, int port) implements PairRegister {
        private interface Talk<T extends @Nullable Object> {
            T with(DataInputStream in, DataOutputStream out) throws IOException;
        }

        @Override
        public @Nullable Written read(Deadline deadline) {
            return this.<@Nullable Written>ask(deadline, (in, out) -> {
                out.writeByte(READ);
                return RegisterDoor.read(in);
            });
        }

        @Override
        public boolean create(PairRecord record, Deadline deadline) {
            return ask(deadline, (in, out) -> {
                out.writeByte(CREATE);
                bytes(out, record.encode());
                return in.readBoolean();
            });
        }

        @Override
        public boolean replace(Written read, PairRecord record, Deadline deadline) {
            return ask(deadline, (in, out) -> {
                out.writeByte(REPLACE);
                write(out, read);
                bytes(out, record.encode());
                return in.readBoolean();
            });
        }

        private <T extends @Nullable Object> T ask(Deadline deadline, Talk<T> talk) {
            int millis = Math.toIntExact(deadline.remaining(System::nanoTime).toMillis()) + 1;
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), millis);
                socket.setSoTimeout(millis);
                return talk.with(
                        new DataInputStream(socket.getInputStream()), new DataOutputStream(socket.getOutputStream()));
            } catch (IOException e) {
                throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "the register does not answer", e);
            }
        }
    }
}
