package io.hopyard.stream;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.DynamicVoter;
import org.apache.kafka.raft.DynamicVoters;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * Prepares a broker's directory. The quorum's members are kept in the log itself: it begins with one, which founds it, and
 * takes in the others when they come; so it can grow, and a broker that has lost its disk comes back as a new one instead of
 * voting for what it has forgotten.
 */
final class LogStorage {
    private LogStorage() {}

    /** Makes this broker the first and only member of a new log; changes nothing where there is a log already. */
    static void found(BrokerSettings settings) {
        BrokerSettings.Address controller = settings.controller();
        format(
                settings,
                new Formatter()
                        .setInitialControllers(new DynamicVoters(List.of(new DynamicVoter(
                                Uuid.randomUuid(), settings.nodeId(), controller.advertised(), controller.port())))));
    }

    /** Makes this broker one that will be taken in by the others; changes nothing where there is a log already. */
    static void join(BrokerSettings settings) {
        format(settings, new Formatter().setWriteBootstrapSnapshot(false));
    }

    private static void format(BrokerSettings settings, Formatter formatter) {
        String directory = settings.directory().toString();
        try (PrintStream quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Files.createDirectories(settings.directory());
            formatter
                    .setHasDynamicQuorum(true)
                    .setNodeId(settings.nodeId())
                    .setClusterId(engineId(settings.clusterId()))
                    .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
                    .setMetadataLogDirectory(directory)
                    .setDirectories(List.of(directory))
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setIgnoreFormatted(true)
                    .setPrintStream(quiet)
                    .run();
        } catch (Exception e) { // the engine declares no narrower type
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "log directory " + directory + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static String engineId(UUID id) {
        ByteBuffer bytes = ByteBuffer.allocate(16);
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        bytes.flip();
        return new Uuid(bytes.getLong(), bytes.getLong()).toString();
    }
}
