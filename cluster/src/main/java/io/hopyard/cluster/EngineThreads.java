package io.hopyard.cluster;

import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.zookeeper.common.QuorumX509Util;
import org.apache.zookeeper.util.ServiceUtils;

/**
 * What the threads of one server's engine must know of that server. The engine asks for TLS by the name of a class and ends
 * the process by a procedure of the whole process, both on threads that it makes itself; what a thread inherits is the only
 * way from there to the server that it works for, of which a process may have several.
 *
 * @param tls for the quorum's ports
 * @param onExit told what the engine wanted to end the process for
 */
record EngineThreads(SSLContext tls, Consumer<String> onExit) {
    private static final InheritableThreadLocal<EngineThreads> INHERITED = new InheritableThreadLocal<>();

    /** Runs the action; threads that are made in it, and by those, belong to this server. */
    void run(Runnable action) {
        try (QuorumX509Util names = new QuorumX509Util()) {
            System.setProperty(names.getSslContextSupplierClassProperty(), QuorumTls.class.getName());
        }
        ServiceUtils.setSystemExitProcedure(EngineThreads::exit);
        INHERITED.set(this);
        try {
            action.run();
        } finally {
            INHERITED.remove();
        }
    }

    private static EngineThreads current() {
        EngineThreads current = INHERITED.get();
        if (current == null) {
            throw new IllegalStateException("thread " + Thread.currentThread().getName() + " belongs to no server");
        }
        return current;
    }

    /** Must not return when there is trouble: the code behind it believes that the process has ended. */
    private static void exit(int status) {
        String reason = "the coordination engine asked for exit " + status + " in thread "
                + Thread.currentThread().getName();
        current().onExit.accept(reason);
        throw new IllegalStateException(reason);
    }

    /** Made by the engine by its name. */
    public static final class QuorumTls implements Supplier<SSLContext> {
        @Override
        public SSLContext get() {
            return current().tls;
        }
    }
}
