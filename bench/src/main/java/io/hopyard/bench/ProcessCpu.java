package io.hopyard.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** CPU time of other processes and of the machine, read from Linux's process table. */
final class ProcessCpu {
    private static final long NANOS_PER_TICK = 10_000_000L;
    /** Columns of the machine's line that are work: user, nice, system, irq, softirq. */
    private static final List<Integer> WORK = List.of(1, 2, 3, 6, 7);

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
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * NANOS_PER_TICK;
    }

    /** Time that all cores of the machine have worked so far, for whomever, in steps of 10 ms. */
    static long machineNanos() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/stat")).getFirst();
        String[] fields = line.trim().split(" +", -1);
        return WORK.stream().mapToLong(column -> Long.parseLong(fields[column])).sum() * NANOS_PER_TICK;
    }

    /** Where the cores' time went between two looks. */
    static final class Shares {
        private final List<Long> pids;
        private final long start = System.nanoTime();
        private final long nodes;
        private final long self;
        private final long machine;

        /** @param pids of the processes that are measured */
        Shares(List<Long> pids) throws IOException {
            this.pids = pids;
            this.nodes = nanos(pids);
            this.self = nanos(ProcessHandle.current().pid());
            this.machine = machineNanos();
        }

        /** CPU time of the measured processes since the first look. */
        long nodeNanos() throws IOException {
            return nanos(pids) - nodes;
        }

        /** Cores in use, on average: of the measured processes, of this one, of everybody else, and unused. */
        String text() throws IOException {
            double wall = System.nanoTime() - start;
            double node = nodeNanos() / wall;
            double own = (nanos(ProcessHandle.current().pid()) - self) / wall;
            double busy = (machineNanos() - machine) / wall;
            return String.format(
                    "cores: node %.2f, load %.2f, others %.2f, idle %.2f",
                    node,
                    own,
                    Math.max(0, busy - node - own),
                    Math.max(0, Runtime.getRuntime().availableProcessors() - busy));
        }
    }

    /** What to say of the machine beside a figure: its cores and how busy it is. */
    static String machine() throws IOException {
        String load = Files.readString(Path.of("/proc/loadavg"));
        return Runtime.getRuntime().availableProcessors() + " cores, load averages "
                + String.join(" ", Arrays.asList(load.split(" ", -1)).subList(0, 3));
    }
}
