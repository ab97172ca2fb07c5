package io.hopyard.cluster;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Puts mutual TLS in front of every connection that a listening socket accepts. ZooKeeper's own way to TLS takes its
 * settings from system properties: one identity per process, and any certificate that the authority signed, be it a
 * user's. This one has neither limit. Thread safe.
 */
@Sharable
final class TlsGate extends ChannelInboundHandlerAdapter {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final SSLContext tls;
    private final CompletableFuture<EventLoopGroup> workers = new CompletableFuture<>();

    TlsGate(SSLContext tls) {
        this.tls = tls;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof Channel accepted) {
            accepted.pipeline().addFirst("tls", new SslHandler(engine()));
            accepted.pipeline().addLast("workers", new Witness());
        }
        super.channelRead(context, message);
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
