package io.hopyard.drill;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.local.Launch;
import io.hopyard.server.local.LocalNode;
import io.hopyard.server.local.LocalPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Every node has a wall clock of its own that can be set while it runs: a small library is made from our source and preloaded
 * into the node's process. Monotonic time goes on as it is, as on a machine whose clock is set.
 */
final class ClockGround implements Ground {
    static final Maker MAKER = ClockGround::make;

    private static final String SOURCE = "clock_shift.c";

    private final PlainGround machine = new PlainGround();
    private final Path directory;
    private final Path library;

    private ClockGround(Path directory, Path library) {
        this.directory = directory;
        this.library = library;
    }

    private static ClockGround make(Path scratch) {
        if (!System.getProperty("os.name").equals("Linux") || !Commands.has("cc")) {
            throw new NotHereException("needs Linux and a C compiler (cc)");
        }
        Path source = scratch.resolve(SOURCE);
        Path library = scratch.resolve("clock_shift.so");
        try (InputStream text = ClockGround.class.getResourceAsStream(SOURCE)) {
            if (text == null) {
                throw new IllegalStateException("resource " + SOURCE + " is missing");
            }
            Files.copy(text, source);
        } catch (IOException e) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "file " + source + ": " + e.getMessage(), e);
        }
        try {
            Commands.run("cc", "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl");
        } catch (FeatureStoreException e) {
            throw new NotHereException("needs a C compiler (cc) that makes libraries for glibc: " + e.text());
        }
        return new ClockGround(scratch, library);
    }

    @Override
    public LocalPlan plan(boolean whole) {
        return machine.plan(whole);
    }

    @Override
    public Launch launch(LocalNode node, Path data) {
        Path file = file(node);
        if (!Files.exists(file)) {
            set(node, Duration.ZERO);
        }
        return new Launch(
                List.of(), Map.of("LD_PRELOAD", library.toString(), "HOPYARD_CLOCK_SHIFT", file.toString()), List.of());
    }

    private Path file(LocalNode node) {
        return directory.resolve(node.name() + ".clock");
    }

    /** From now on the node's wall clock is off by that much, also after a restart of the node. */
    void set(LocalNode node, Duration shift) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        bytes.putLong(shift.toNanos()).flip();
        try (FileChannel file = FileChannel.open(file(node), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // In place and at once: the process has the file mapped.
            file.write(bytes, 0);
        } catch (IOException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "clock of " + node.name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        machine.close();
    }
}
