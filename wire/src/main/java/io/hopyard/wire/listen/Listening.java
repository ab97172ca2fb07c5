package io.hopyard.wire.listen;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;

/** The refusal of an address that cannot be bound, in one line for the person who starts the node. */
public final class Listening {
    private Listening() {}

    /**
     * Binds an address for a moment. Another process may still take it before the door itself does.
     *
     * @param door its name in the settings
     * @param port 0 = any free one
     * @throws FeatureStoreException {@code UNAVAILABLE} when it cannot be bound
     */
    public static void checkFree(String door, String host, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw refused(door, host, port, e);
        }
    }

    public static FeatureStoreException refused(String door, String host, int port, @Nullable Exception cause) {
        String reason = cause == null ? "" : ": " + cause.getMessage();
        return new FeatureStoreException(
                ErrorCode.UNAVAILABLE,
                "door " + door + " cannot listen on " + host + ":" + port + reason
                        + " (expected: an address of this machine and a free port; set " + door + ".address and " + door
                        + ".port, or end the process that has the port)",
                cause);
    }
}
