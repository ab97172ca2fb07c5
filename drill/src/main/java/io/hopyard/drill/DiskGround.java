package io.hopyard.drill;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.local.Launch;
import io.hopyard.server.local.LocalNode;
import io.hopyard.server.local.LocalPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Heads and data nodes have a small disk of their own, a file system in memory, which can be filled up. */
final class DiskGround implements Ground {
    static final Maker MAKER = DiskGround::make;

    /** Of free space, below which a node refuses what would write. */
    static final long RESERVE_BYTES = 64L << 20;

    private static final long DATA_DISK_BYTES = 640L << 20;
    private static final long HEAD_DISK_BYTES = 256L << 20;
    private static final String FILLER = "filler";
    private static final int CHUNK_BYTES = 1 << 16;

    private final PlainGround machine = new PlainGround();
    private final Map<String, Path> disks = new ConcurrentHashMap<>();

    private static DiskGround make(Path scratch) {
        if (!Commands.root() || !Commands.has("mount") || !Commands.has("umount")) {
            throw new NotHereException("needs root and mount");
        }
        Path trial = scratch.resolve("trial");
        try {
            Files.createDirectories(trial);
            Commands.run("mount", "-t", "tmpfs", "-o", "size=1m", "hopyard-drill", trial.toString());
            Commands.run("umount", trial.toString());
        } catch (IOException | FeatureStoreException e) {
            throw new NotHereException("needs file systems of its own: " + e.getMessage());
        }
        return new DiskGround();
    }

    @Override
    public LocalPlan plan(boolean whole) {
        return machine.plan(whole);
    }

    @Override
    public Launch launch(LocalNode node, Path data) {
        if (node.is(NodeRole.DATA)) {
            mount(node, data, DATA_DISK_BYTES);
            return options("database.disk-reserve=" + (RESERVE_BYTES >> 20) + "MiB");
        }
        if (node.is(NodeRole.HEAD)) {
            mount(node, data, HEAD_DISK_BYTES);
            return options("log.disk-reserve=" + (RESERVE_BYTES >> 20) + "MiB");
        }
        return Launch.PLAIN;
    }

    private static Launch options(String setting) {
        return new Launch(List.of(), Map.of(), List.of("--set", setting));
    }

    private void mount(LocalNode node, Path data, long bytes) {
        disks.computeIfAbsent(node.name(), name -> {
            Commands.run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "hopyard-drill", data.toString());
            return data;
        });
    }

    private Path disk(LocalNode node) {
        Path disk = disks.get(node.name());
        if (disk == null) {
            throw new IllegalArgumentException("node: " + node.name() + " (expected: one with a disk of its own)");
        }
        return disk;
    }

    long freeBytes(LocalNode node) {
        return disk(node).toFile().getUsableSpace();
    }

    /** Writes a file until so much is free, or until nothing more can be written. */
    void fill(LocalNode node, long leaveBytes) {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        try (FileChannel filler = FileChannel.open(
                disk(node).resolve(FILLER),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND)) {
            while (freeBytes(node) > leaveBytes) {
                chunk.clear();
                filler.write(chunk);
            }
        } catch (IOException e) {
            if (freeBytes(node) > CHUNK_BYTES) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE, "disk of " + node.name() + " cannot be filled: " + e.getMessage(), e);
            }
        }
    }

    void free(LocalNode node) {
        try {
            Files.deleteIfExists(disk(node).resolve(FILLER));
        } catch (IOException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "disk of " + node.name() + " cannot be freed: " + e.getMessage(), e);
        }
    }

    /** Lazily, since a process that is just ending may still have files there. */
    @Override
    public void close() {
        disks.forEach((name, disk) -> {
            if (disks.remove(name, disk)) {
                Commands.run("umount", "-l", disk.toString());
            }
        });
        machine.close();
    }
}
