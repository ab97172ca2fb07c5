package io.hopyard.drill;

import java.util.List;

/** Calls that are made all through a drill, beside those at the pair itself. */
interface SideLoad extends AutoCloseable {
    /** Begins to call. */
    void start();

    /** True when every kind of call has succeeded once. */
    boolean warm();

    /** From now on successes, failures and gaps count. */
    void observe(long nowNanos);

    /** Ends the calls; what is in flight is waited for, with a bound. */
    @Override
    void close();

    List<Timeline.Summary> timelines(Phases phases);

    /**
     * What was acknowledged and is not there, and other wrong answers; asked when all nodes serve again and no calls are made.
     *
     * @param deaths of nodes during the drill
     */
    List<String> problems(List<Watch.Death> deaths);

    /** What else people should know, such as how much was written. */
    List<String> notes();
}
