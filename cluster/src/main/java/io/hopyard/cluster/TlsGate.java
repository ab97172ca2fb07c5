package io.hopyard.cluster;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.SocketAddress;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Puts mutual TLS in front of every connection that a listening socket accepts. ZooKeeper's own way to TLS takes its
 * settings from system properties: one identity per process, and any certificate that the authority signed, be it a
 * user's. This one has neither limit. Thread safe.
 */
@Sharable
final class TlsGate extends ChannelInboundHandlerAdapter {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final SSLContext context;
    private final Set<SocketAddress> guarded = ConcurrentHashMap.newKeySet();
    private volatile @Nullable EventLoopGroup workers;

    private TlsGate(SSLContext context) {
        this.context = context;
    }

    /** @throws IOException when the files cannot be read with their password */
    static TlsGate of(StoreFiles files) throws IOException {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(files.loadKeyStore(), files.password().toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(files.loadTrustStore());
            X509ExtendedTrustManager checked = Arrays.stream(trust.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[] {new NodeTrust(checked)}, null);
            return new TlsGate(context);
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS with " + files + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof Channel accepted) {
            SocketAddress peer = accepted.remoteAddress();
            guarded.add(peer);
            accepted.closeFuture().addListener(closed -> guarded.remove(peer));
            accepted.pipeline().addFirst("tls", new SslHandler(engine()));
            accepted.pipeline().addLast("workers", new Witness());
        }
        super.channelRead(context, message);
    }

    /** Remembers whose threads serve, so that the end can wait for them. */
    private final class Witness extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            workers = context.channel().eventLoop().parent();
        }
    }

    private SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        engine.setEnabledProtocols(PROTOCOLS);
        return engine;
    }

    /** True when the connection from this peer came through the gate; one that was accepted before it stood did not. */
    boolean guards(@Nullable SocketAddress peer) {
        return peer != null && guarded.contains(peer);
    }

    /** The threads that serve connections, or null when there never was one. */
    @Nullable
    EventLoopGroup workers() {
        return workers;
    }
}
