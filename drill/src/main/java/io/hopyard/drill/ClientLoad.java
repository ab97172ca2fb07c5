package io.hopyard.drill;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The official client's calls during one drill: metadata, inserts with exact progress, feature vectors. Thread safe. */
final class ClientLoad implements SideLoad {
    private static final List<String> KINDS = List.of("metadata calls", "inserts", "vector reads");

    private final ClientProcess client;
    private final int rows;
    private final Map<String, Timeline> timelines;
    private final Set<String> succeeded = ConcurrentHashMap.newKeySet();
    private final List<String> notes = new ArrayList<>();

    /** @param rows of each insert */
    ClientLoad(ClientProcess client, int rows) {
        this.client = client;
        this.rows = rows;
        this.timelines = KINDS.stream().collect(Collectors.toMap(kind -> kind, Timeline::new));
    }

    @Override
    public void start() {
        client.start(rows, this::heard);
    }

    private void heard(ClientLine.Attempt attempt) {
        Timeline timeline = timelines.get(attempt.kind());
        if (timeline == null) {
            throw new IllegalArgumentException("kind of call: " + attempt.kind() + " (expected: one of " + KINDS + ")");
        }
        String error = attempt.error();
        if (error == null) {
            succeeded.add(attempt.kind());
            timeline.success(attempt.beginNanos(), attempt.endNanos());
        } else {
            timeline.failure(attempt.endNanos(), error);
            if (attempt.failed()) {
                timeline.failedCall();
            }
        }
    }

    @Override
    public boolean warm() {
        return succeeded.containsAll(KINDS);
    }

    @Override
    public void observe(long nowNanos) {
        timelines.values().forEach(timeline -> timeline.begin(nowNanos));
    }

    @Override
    public void close() {
        long now = System.nanoTime();
        timelines.values().forEach(timeline -> timeline.end(now));
        client.stop();
    }

    @Override
    public List<Timeline.Summary> timelines(Phases phases) {
        return timelines.values().stream()
                .map(timeline -> timeline.summary(phases))
                .sorted(Comparator.comparing(Timeline.Summary::name))
                .toList();
    }

    @Override
    public List<String> problems(List<Watch.Death> deaths) {
        ClientLine.Checked checked = client.check();
        notes.addAll(checked.notes());
        return checked.problems();
    }

    @Override
    public List<String> notes() {
        return List.copyOf(notes);
    }
}
