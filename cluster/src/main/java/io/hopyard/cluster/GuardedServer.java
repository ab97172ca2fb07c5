package io.hopyard.cluster;

import java.io.IOException;
import org.apache.zookeeper.proto.ConnectRequest;
import org.apache.zookeeper.server.ClientCnxnLimitException;
import org.apache.zookeeper.server.RequestProcessor;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * The engine's server, refusing connections that did not come through the gate: a socket listens some microseconds before
 * a gate can be put in front of it. Derived from a class of the engine because it has no other hook for this.
 */
final class GuardedServer extends ZooKeeperServer {
    private final TlsGate gate;

    GuardedServer(FileTxnSnapLog files, int tickMillis, TlsGate gate) {
        super(files, tickMillis, "");
        this.gate = gate;
    }

    @Override
    public void processConnectRequest(ServerCnxn connection, ConnectRequest request)
            throws IOException, ClientCnxnLimitException {
        if (!gate.guards(connection.getRemoteSocketAddress())) {
            throw new IOException("connection without TLS");
        }
        super.processConnectRequest(connection, request);
    }

    /** Where requests enter, once the server has started. */
    RequestProcessor entry() {
        return firstProcessor;
    }
}
