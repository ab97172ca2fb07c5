package io.hopyard.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Ticker;
import io.hopyard.server.local.NodeProcess;
import io.hopyard.wire.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Follows the processes of a cluster through a drill: when one ends, starts again, takes its place, serves. Thread safe. */
final class Watch implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration PROBE = Duration.ofMillis(500);
    private static final Duration JOIN = Duration.ofSeconds(5);
    /** What a node that has come back still costs is its return's. */
    private static final Duration SETTLES = Duration.ofSeconds(1);

    private static final int HEALTH_PORT = 8081;

    private final Supplier<List<NodeProcess>> processes;
    private final Phases phases;
    private final Ticker ticker;
    private final Consumer<String> mark;
    private final Map<String, Seen> seen = new HashMap<>();
    private final List<Death> deaths = new CopyOnWriteArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PROBE).build();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("watch").daemon().factory());
    private Phases.Phase phase = Phases.Phase.CALM;
    private long phaseSinceNanos;
    private volatile boolean stopping;

    /** A process was there at the first moment and not any more at the second. */
    record Death(String node, long aliveNanos, long deadNanos) {
        /** True when a call that took from then to then may have been cut off by it. */
        boolean during(long beginNanos, long endNanos) {
            return beginNanos - deadNanos <= 0 && endNanos - aliveNanos >= 0;
        }
    }

    private enum State {
        DOWN,
        STARTS,
        JOINS,
        SERVES
    }

    private record Seen(long pid, State state, long atNanos) {}

    /**
     * @param processes of the cluster now
     * @param mark hears what happens, in few words
     */
    Watch(Supplier<List<NodeProcess>> processes, Phases phases, Ticker ticker, Consumer<String> mark) {
        this.processes = processes;
        this.phases = phases;
        this.ticker = ticker;
        this.mark = mark;
    }

    /** All nodes must serve. */
    void start() {
        long now = ticker.nanos();
        processes.get().forEach(process -> seen.put(process.node().name(), new Seen(process.pid(), State.SERVES, now)));
        thread.execute(() -> {
            while (!stopping) {
                look();
                LockSupport.parkNanos(LOOK.toNanos());
            }
        });
    }

    private void look() {
        List<NodeProcess> all = processes.get();
        seen.keySet()
                .retainAll(all.stream().map(process -> process.node().name()).toList());
        for (NodeProcess process : all) {
            String name = process.node().name();
            long now = ticker.nanos();
            Seen before = seen.getOrDefault(name, new Seen(0, State.DOWN, now)); // or it has come during the drill
            Seen after = next(process, before, now);
            if (before.state() != State.DOWN && (after.state() == State.DOWN || after.pid() != before.pid())) {
                deaths.add(new Death(name, before.atNanos(), now));
            }
            if (after.state() != before.state() && after.state() != State.DOWN) {
                mark.accept(name + " " + after.state().name().toLowerCase(Locale.ROOT));
            }
            seen.put(name, after);
        }
        follow(seen.values(), ticker.nanos());
    }

    private Seen next(NodeProcess process, Seen before, long now) {
        if (!process.alive()) {
            return new Seen(before.pid(), State.DOWN, before.state() == State.DOWN ? before.atNanos() : now);
        }
        long pid = process.pid();
        if (pid != before.pid()) {
            return new Seen(pid, State.STARTS, now);
        }
        if (before.state() == State.SERVES) {
            return new Seen(pid, State.SERVES, now);
        }
        return new Seen(pid, started(process, before.state()), now);
    }

    private State started(NodeProcess process, State before) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + process.node().address() + ":" + HEALTH_PORT + "/ready"))
                .timeout(PROBE)
                .build();
        try {
            HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() == 200) {
                return State.SERVES;
            }
            return process.node().is(NodeRole.DATA) && databaseStarts(Json.parse(answer.body())) ? State.JOINS : before;
        } catch (IOException | FeatureStoreException e) {
            return before; // it does not listen yet
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return before;
        }
    }

    private static boolean databaseStarts(JsonNode answer) {
        for (JsonNode part : answer.path("parts")) {
            if (part.path("part").asText().equals("database")) {
                return part.path("detail").asText().equals("Starts.");
            }
        }
        return false;
    }

    /** Something is done to the cluster now. */
    synchronized void broken(Phases.Phase how) {
        enter(how, ticker.nanos());
    }

    /** A node was told to stop at that moment and is gone now: who is connected to it may find its connection closed. */
    void stopped(String node, long sinceNanos) {
        deaths.add(new Death(node, sinceNanos, ticker.nanos()));
    }

    private synchronized void follow(Collection<Seen> nodes, long now) {
        if (nodes.stream().anyMatch(node -> node.state() == State.STARTS)) {
            enter(Phases.Phase.RESTART, now);
        } else if (nodes.stream().anyMatch(node -> node.state() == State.JOINS)) {
            enter(Phases.Phase.REJOIN, now);
        } else if (phase == Phases.Phase.RESTART) {
            enter(Phases.Phase.REJOIN, now);
        } else if (phase == Phases.Phase.REJOIN && now - phaseSinceNanos > SETTLES.toNanos()) {
            enter(Phases.Phase.CALM, now);
        }
    }

    private void enter(Phases.Phase next, long now) {
        if (next != phase) {
            phase = next;
            phaseSinceNanos = now;
            phases.enter(next, now);
        }
    }

    /** Those that ended so far. */
    List<Death> deaths() {
        return List.copyOf(deaths);
    }

    @Override
    public void close() {
        stopping = true;
        thread.shutdown();
        try {
            thread.awaitTermination(JOIN.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
