package io.hopyard.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** CPU time of another process, read from Linux's process table. */
final class ProcessCpu {
    private static final long TICKS_PER_SECOND = 100;

    private ProcessCpu() {}

    /** User and system time of all of them so far, in steps of 10 ms. */
    static long nanos(List<Long> pids) throws IOException {
        long nanos = 0;
        for (long pid : pids) {
            nanos += nanos(pid);
        }
        return nanos;
    }

    private static long nanos(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return ticks * (1_000_000_000L / TICKS_PER_SECOND);
    }
}
