package io.hopyard.wire.online;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.serving.VectorFault;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Json;
import java.util.Map;

/**
 * The error shapes of the online API: under {@code /0.1.0} plain text, or the JSON of the feature-store codes; under
 * {@code /0.2.0} always one JSON object.
 */
public final class OnlineErrors {
    static final String V1 = "/0.1.0";
    static final String V2 = "/0.2.0";

    private OnlineErrors() {}

    /** What the frame of the door itself refuses: keys, sizes, paths, time-outs. */
    public static Answer write(ErrorCode code, String message, String path) {
        String version = path.startsWith(V2 + "/") ? V2 : V1;
        int status = switch (code) {
            case PAYLOAD_TOO_LARGE -> 400;
            case FORBIDDEN, UNAUTHENTICATED -> 401;
            case CONCURRENT_CHANGE -> 503; // metadata is being changed, asking again helps
            default -> code.httpStatus();
        };
        String text =
                code == ErrorCode.PAYLOAD_TOO_LARGE ? "Request too large" : message.isEmpty() ? code.title() : message;
        return answer(Refused.text(status, code, text), version);
    }

    /** A read that cannot be done now: the contract's number, status 503, and the same request may work later. */
    static Answer unavailable(VectorFault fault, ErrorCode code, String version) {
        return answer(Refused.unavailable(fault, code), version);
    }

    static Answer answer(Refused refusal, String version) {
        Map<String, String> headers =
                refusal.httpStatus() == 503 || refusal.httpStatus() == 429 ? Map.of("Retry-After", "1") : Map.of();
        if (version.equals(V2)) {
            ObjectNode error = Json.object();
            error.put("code", refusal.httpStatus());
            error.put("message", refusal.text());
            error.put("status", -1);
            error.put("classification", -1);
            error.put("ndbCode", -1);
            error.put("mysqlCode", -1);
            error.put("hopyardCode", refusal.code().number());
            ObjectNode body = Json.object();
            body.set("error", error);
            return new Answer(refusal.httpStatus(), "application/json", Json.bytes(body), headers);
        }
        VectorFault fault = refusal.fault();
        if (fault != null) {
            ObjectNode body = Json.object();
            body.put("code", fault.kind().code());
            body.put("reason", fault.kind().reason());
            body.put("message", fault.message());
            return new Answer(refusal.httpStatus(), "application/json", Json.bytes(body), headers);
        }
        Answer text = Answer.text(refusal.httpStatus(), "text/plain; charset=utf-8", refusal.text());
        return new Answer(text.status(), text.contentType(), text.body(), headers);
    }
}
