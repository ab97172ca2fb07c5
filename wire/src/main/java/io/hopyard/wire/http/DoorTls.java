package io.hopyard.wire.http;

import javax.net.ssl.SSLContext;

/**
 * How a door speaks TLS.
 *
 * @param asksForCertificate true: a client may show a certificate, which the context must trust; routes decide what it is
 *     good for
 */
public record DoorTls(SSLContext context, boolean asksForCertificate) {}
