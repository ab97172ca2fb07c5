package io.hopyard.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** An {@link EchoServer} in a process of its own. */
final class Echo implements AutoCloseable {
    private final Process process;
    private final InetSocketAddress address;

    Echo(String host) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                EchoServer.class.getName(),
                host));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader port = process.inputReader(StandardCharsets.UTF_8)) {
            address = new InetSocketAddress(host, Integer.parseInt(port.readLine()));
        } catch (IOException | NumberFormatException e) {
            process.destroy();
            throw new IOException("the echo server did not say its port", e);
        }
    }

    List<Long> pids() {
        return List.of(process.pid());
    }

    /** Answers with as many bytes as this. */
    HttpTarget answering(int bytes) {
        return new HttpTarget(address, "/echo/" + bytes, Map.of(), trustAnyone());
    }

    /** Its certificate is known to nobody. */
    private static SSLContext trustAnyone() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAnyone()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no TLS", e);
        }
    }

    private static final class TrustAnyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public void close() throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).close();
        process.onExit().join();
    }
}
