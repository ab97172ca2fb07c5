package io.hopyard.wire.http;

import io.hopyard.core.error.ErrorCode;

/** Turns a refusal into the error shape of one door. Thread safe; must not throw. */
@FunctionalInterface
public interface ErrorWriter {
    /** The shape of the REST API: {@code {"errorCode":..,"errorMsg":..,"usrMsg":..}} with the status of the code. */
    ErrorWriter REST = (code, message, path) -> {
        var body = Json.object();
        body.put("errorCode", code.number());
        body.put("errorMsg", code.title());
        if (!message.isEmpty()) {
            body.put("usrMsg", message);
        }
        return Answer.json(code.httpStatus(), body);
    };

    /**
     * @param message what was wrong and what was expected; never a secret, never a stack trace
     * @param path the path as sent, empty when the request could not be understood
     */
    Answer write(ErrorCode code, String message, String path);
}
