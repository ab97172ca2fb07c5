package io.hopyard.wire.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Caller;
import io.hopyard.core.time.Deadline;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request. Not thread safe. Methods that read input refuse what is wrong with a message that says what it was. */
public interface Exchange {
    /** Who asks; not for PUBLIC routes. */
    Caller caller();

    /** Decoded value of a path part. */
    String path(String name);

    /** The path part as a number; refused with {@code INVALID_REQUEST} when it is none. */
    long pathNumber(String name);

    /** First value of a query parameter, or null. */
    @Nullable
    String query(String name);

    List<String> queries(String name);

    /** The query parameter as a flag ({@code true} or {@code false} in any case), or the default when absent. */
    boolean queryFlag(String name, boolean ifAbsent);

    @Nullable
    String header(String name);

    /** The body as JSON; refused with {@code INVALID_JSON} when it is none. */
    JsonNode json();

    /** The body as a JSON object; refused when it is something else. */
    ObjectNode jsonObject();

    byte[] body();

    Deadline deadline();

    /**
     * The certificate that the client showed, which the door's TLS context trusts; null when it showed none or the door
     * does not ask.
     */
    @Nullable
    X509Certificate peerCertificate();

    /** {@code https://host:port} under which the client reached us. */
    String baseUrl();
}
