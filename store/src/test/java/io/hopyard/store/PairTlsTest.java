package io.hopyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.wait.Eventually;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairTlsTest {
    private static Outcome put(StoreNode node, long request) {
        return node.database()
                .commit(
                        new Commit(
                                new RequestId(new UUID(1, request)),
                                List.of(),
                                List.of(new Write.Put(new RowKey("table", "group", "row" + request), new byte[1]))),
                        Deadline.after(System::nanoTime, Duration.ofSeconds(20)));
    }

    /** Whether who connects like that is let through the handshake, certificates of both sides included. */
    private static boolean isLetIn(SSLContext context, String host, int port) {
        try (Socket socket = context.getSocketFactory().createSocket(host, port)) {
            socket.setSoTimeout(500);
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            // The other side waits for more.
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void membersKnowEachOtherByTheirCertificatesAndAStrangerDoesNotGetIn(@TempDir Path directory) {
        TestCertificates certificates = new TestCertificates(directory);
        try (TestPair pair = new TestPair(directory, StoreSettings.Memory.SMALL, Clock.systemUTC())) {
            pair.secure(0, certificates.context("one", "other"));
            pair.secure(1, certificates.context("other", "one"));
            pair.startBoth();
            assertThat(put(pair.node(0), 1)).isInstanceOf(Outcome.Applied.class);
            assertThat(put(pair.node(1), 2)).isInstanceOf(Outcome.Applied.class);

            SSLContext other = certificates.context("other", "one");
            SSLContext stranger = certificates.context("stranger", "one");
            StoreSettings.Address address = pair.settings(0).address();
            int heartbeats = Objects.requireNonNull(pair.settings(0).pair()).heartbeatPort();
            for (int port : List.of(address.discoveryPort(), address.communicationPort(), heartbeats)) {
                assertThat(isLetIn(other, address.bindAddress(), port))
                        .as("other at " + port)
                        .isTrue();
                assertThat(isLetIn(stranger, address.bindAddress(), port))
                        .as("stranger at " + port)
                        .isFalse();
            }

            pair.stop(1);
            pair.secure(1, stranger);
            assertThatThrownBy(() -> pair.start(1, Duration.ofSeconds(3)))
                    .isInstanceOf(FeatureStoreException.class)
                    .hasMessageContaining("must serve before this node can join");
            Eventually.holds(() -> assertThat(put(pair.node(0), 3)).isInstanceOf(Outcome.Applied.class));
        }
    }
}
