package io.hopyard.store.pair;

import io.hopyard.core.pair.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * The mark of a disk on which a member of a pair has served or was about to.
 *
 * @param directory of the node
 * @param engine where the engine keeps its rows; what lies there counts as a mark, it may be from before there was a peer
 */
public record DiskMark(Path directory, Path engine) {
    private static final String FILE = "served";

    Disk read() {
        return Files.exists(directory.resolve(FILE)) || holdsSomething() ? Disk.MARKED : Disk.EMPTY;
    }

    private boolean holdsSomething() {
        if (!Files.isDirectory(engine)) {
            return false;
        }
        try (Stream<Path> content = Files.list(engine)) {
            return content.findAny().isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It is on the disk when this returns. */
    void write() {
        try {
            Files.createDirectories(directory);
            try (FileChannel file =
                    FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
                folder.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
