package io.hopyard.core.serving;

/** Takes the values of one feature vector, one call per slot. */
public interface VectorSink extends ValueSink {
    /** A value that the caller passed, as the door handed it in. */
    void passed(Object value);
}
