package io.hopyard.wire.online;

import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Permission;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.time.Deadline;

/** Refuses who may not read a project, in the words of the online contract. Thread safe. */
final class Rights {
    private final Gate gate;

    Rights(Gate gate) {
        this.gate = gate;
    }

    /** @param what database or other thing that the caller named */
    void check(Caller caller, long projectId, String what, Deadline deadline) {
        if (!gate.allows(caller, projectId, Permission.READ, deadline)) {
            throw denied(what);
        }
    }

    static Refused denied(String what) {
        return Refused.text(401, ErrorCode.FORBIDDEN, "API key not authorized to access " + what);
    }
}
