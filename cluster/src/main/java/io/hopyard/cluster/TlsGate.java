package io.hopyard.cluster;

import io.hopyard.core.cluster.NodeGate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts mutual TLS in front of every connection that a listening socket accepts. ZooKeeper's own way to TLS takes its
 * settings from system properties: one identity per process, and any certificate that the authority signed, be it a
 * user's. This one has neither limit. Thread safe.
 */
@Sharable
final class TlsGate extends ChannelInboundHandlerAdapter {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private static final Logger LOG = LoggerFactory.getLogger(TlsGate.class);

    private final SSLContext tls;
    private final Map<Channel, SSLEngine> accepted = new ConcurrentHashMap<>();
    private final CompletableFuture<EventLoopGroup> workers = new CompletableFuture<>();

    TlsGate(SSLContext tls) {
        this.tls = tls;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof Channel fresh) {
            SSLEngine engine = engine();
            accepted.put(fresh, engine);
            ChannelFuture _ = fresh.closeFuture().addListener(closed -> accepted.remove(fresh));
            fresh.pipeline().addFirst("tls", new SslHandler(engine));
            fresh.pipeline().addLast("workers", new Witness());
        }
        super.channelRead(context, message);
    }

    /** Closes the connections of nodes that may come in no more. One that is just being made was asked about already. */
    void recheck(NodeGate nodes) {
        accepted.forEach((channel, engine) -> {
            try {
                X509Certificate shown = (X509Certificate) engine.getSession().getPeerCertificates()[0];
                String objection = nodes.objection(
                        shown.getSubjectX500Principal().getName(),
                        shown.getNotBefore().toInstant());
                if (objection != null) {
                    LOG.atWarn().addKeyValue("reason", objection).log("A node is cut off from coordination.");
                    ChannelFuture _ = channel.close();
                }
            } catch (SSLPeerUnverifiedException e) {
                LOG.atDebug().addKeyValue("channel", channel).log("Nobody has shown a certificate there yet.");
            }
        });
    }

    /** Tells whose threads serve. */
    private final class Witness extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            workers.complete(context.channel().eventLoop().parent());
        }
    }

    private SSLEngine engine() {
        SSLEngine engine = tls.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        engine.setEnabledProtocols(PROTOCOLS);
        return engine;
    }

    /** The threads that serve connections; complete once the first one came through. */
    CompletableFuture<EventLoopGroup> workers() {
        return workers;
    }
}
