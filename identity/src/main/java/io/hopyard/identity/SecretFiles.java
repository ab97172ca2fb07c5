package io.hopyard.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that only their owner may read. */
public final class SecretFiles {
    private static final String OWNER_ONLY = "rw-------";
    private static final String OWNER_ENTERS = "rwx------";

    private SecretFiles() {}

    /**
     * Writes the whole file or none of it, readable by its owner only; durable when it returns. An older file of that name
     * is replaced.
     */
    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #write(Path, String)}. */
    public static void write(Path file, byte[] content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        move(fresh, file);
    }

    /**
     * Gives a file or directory another name, at once and durably, replacing a file of that name.
     *
     * @throws java.nio.file.NoSuchFileException when it is not there: of several who move it, one has moved it
     */
    public static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(to.toAbsolutePath().resolveSibling(""));
    }

    /** Makes the directory, and those above it, when missing; it is for its owner only. */
    public static void makeDirectory(Path directory) throws IOException {
        Path parent = directory.toAbsolutePath().resolveSibling("");
        Files.createDirectories(parent);
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ENTERS)));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
        sync(parent);
    }

    /** Names in a directory outlive a power cut only after this. */
    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
