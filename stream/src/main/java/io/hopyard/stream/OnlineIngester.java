package io.hopyard.stream;

import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.ingest.IngestAssignment;
import io.hopyard.core.ingest.IngestLedger;
import io.hopyard.core.ingest.IngestPartition;
import io.hopyard.core.ingest.IngestShare;
import io.hopyard.core.ingest.IngestTarget;
import io.hopyard.core.ingest.IngestTargets;
import io.hopyard.core.ingest.PartitionProgress;
import io.hopyard.core.ingest.PartitionState;
import io.hopyard.core.ingest.Subjects;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.supervision.Drainable;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the rows of all feature groups' topics into the online store, in the order of the log and in batches. A batch is
 * stored first and then counted in the {@link IngestLedger} together with the offsets; whatever goes wrong in between,
 * the batch comes again and changes nothing that was stored. Rows that cannot be applied are set aside by the ledger, the
 * others go on. When a part is unavailable the ingester waits, longer from time to time, and goes on by itself. It reads
 * the partitions that are its share, and takes over or gives away others when the share changes.
 *
 * <p>One thread does all the work, except that the rows of a big batch are stored by two. {@link #changed}, {@link
 * #trouble} and {@link #close} may be called by any thread.
 */
public final class OnlineIngester implements AutoCloseable, Drainable {
    private static final Logger LOG = LoggerFactory.getLogger(OnlineIngester.class);
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(10);
    /** How often the log is asked something else than rows: a log that does not answer looks like one without rows. */
    private static final Duration PROBE_EVERY = Duration.ofSeconds(2);

    private final LogConnection connection;
    private final IngesterSettings settings;
    private final IngestAssignment assignment;
    private final IngestTargets targets;
    private final Subjects subjects;
    private final OnlineRows store;
    private final IngestLedger ledger;
    private final Ticker ticker;
    private final Clock clock;
    private final IngestMetrics metrics;
    private final Backoff backoff;
    private final IngestLanes lanes = new IngestLanes();

    private final AtomicBoolean changed = new AtomicBoolean();
    /** Wakes the thread while there is nothing to read. */
    private final Semaphore nudge = new Semaphore(0);

    private volatile boolean closing;
    /** Partitions that it reads, as of its last look. */
    private volatile int assigned;

    private volatile @Nullable String trouble = "not started";
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile @Nullable Thread thread;

    /** Only the ingester's thread touches these. */
    private final Map<String, IngestRoute> routes = new HashMap<>();

    /** Numbers of partitions, of topics that the log has. */
    private final Map<String, Integer> sizes = new HashMap<>();

    private final Map<TopicPartition, PartitionState> parts = new HashMap<>();
    private boolean reload;
    private long nextLookNanos;
    private long nextProbeNanos;

    @SuppressWarnings("PMD.ExcessiveParameterList") // wired once, by hand; every parameter is another part
    public OnlineIngester(
            LogConnection connection,
            IngesterSettings settings,
            IngestAssignment assignment,
            IngestTargets targets,
            Subjects subjects,
            OnlineRows store,
            IngestLedger ledger,
            Ticker ticker,
            Clock clock,
            RandomGenerator random,
            Metrics metrics) {
        this.connection = connection;
        this.settings = settings;
        this.assignment = assignment;
        this.targets = targets;
        this.subjects = subjects;
        this.store = store;
        this.ledger = ledger;
        this.ticker = ticker;
        this.clock = clock;
        this.metrics = new IngestMetrics(metrics, settings.batchRowsMax());
        this.backoff = new Backoff(settings.backoffMin(), settings.backoffMax(), random);
        this.nextLookNanos = ticker.nanos();
        this.nextProbeNanos = nextLookNanos;
    }

    /** Starts the ingester's thread; the log need not be reachable yet. */
    public void start() {
        if (thread != null || closing) {
            throw new IllegalStateException("the online ingester was started or closed before");
        }
        trouble = "starting";
        thread = Thread.ofPlatform().name("hopyard-ingest").daemon().start(this::run);
    }

    /** Says that feature groups were made, changed, cleared or removed: they are looked at now instead of soon. */
    public void changed() {
        changed.set(true);
        wake();
    }

    private void wake() {
        nudge.release();
        KafkaConsumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    /** Looks at its share now; it has none any more once the others do not count on this worker. */
    @Override
    public void drain() {
        changed();
    }

    @Override
    public void resume() {
        changed();
    }

    /** True when it reads no partition, and what it had read is applied. */
    @Override
    public boolean quiet() {
        return assigned == 0;
    }

    /** Why rows are not applied at the moment; null when they are. */
    public @Nullable String trouble() {
        return trouble;
    }

    @Override
    public void close() {
        closing = true;
        trouble = "closed";
        backoff.close();
        wake();
        Thread running = thread;
        if (running != null) {
            end(running);
        }
        lanes.close();
    }

    private static void end(Thread running) {
        try {
            if (!running.join(CLOSE_GRACE)) {
                running.interrupt();
                running.join(CLOSE_GRACE);
            }
        } catch (InterruptedException e) {
            running.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing) {
                connected();
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.atInfo().log("The online ingester was interrupted.");
        } finally {
            trouble = closing ? "closed" : "the ingester's thread has ended";
        }
    }

    /** One life of a connection to the log. */
    private void connected() throws InterruptedException {
        try (KafkaConsumer<byte[], byte[]> opened =
                new KafkaConsumer<>(consumerProperties(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer = opened;
            parts.clear();
            routes.clear();
            sizes.clear();
            nextLookNanos = ticker.nanos();
            while (!closing) {
                step(opened);
            }
        } catch (WakeupException e) {
            // Closing, or a change while the consumer was made; both are looked at by the caller's loop.
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            failed(e);
        } finally {
            consumer = null;
        }
    }

    private Map<String, Object> consumerProperties() {
        Map<String, Object> properties = connection.properties("hopyard-ingest");
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "none");
        properties.put("allow.auto.create.topics", false);
        properties.put("max.poll.records", settings.batchRowsMax());
        properties.put("fetch.min.bytes", 1);
        properties.put("fetch.max.wait.ms", (int) settings.fetchWaitMax().toMillis());
        properties.put("fetch.max.bytes", 16 << 20);
        properties.put("max.partition.fetch.bytes", 4 << 20);
        properties.put("request.timeout.ms", (int) settings.callTimeout().toMillis());
        properties.put("default.api.timeout.ms", (int) settings.callTimeout().toMillis());
        return properties;
    }

    /** Looks for changes when it is time, then applies at most one batch. */
    @SuppressWarnings("PMD.AvoidCatchingGenericException") // a defect in one batch must not end the thread
    private void step(KafkaConsumer<byte[], byte[]> open) throws InterruptedException {
        try {
            if (reload) {
                reload(open);
            }
            if (changed.getAndSet(false) || ticker.nanos() - nextLookNanos >= 0) {
                look(open);
            }
            ConsumerRecords<byte[], byte[]> records = poll(open, Math.max(0, nextLookNanos - ticker.nanos()));
            if (!records.isEmpty()) {
                apply(records);
            }
            if (!reload) {
                worked();
            }
        } catch (WakeupException e) {
            nextLookNanos = ticker.nanos();
        } catch (InterruptException e) {
            throw e;
        } catch (OffsetOutOfRangeException e) {
            outOfRange(open, e.offsetOutOfRangePartitions().keySet());
        } catch (RuntimeException e) {
            reload = true;
            failed(e);
        }
    }

    private ConsumerRecords<byte[], byte[]> poll(KafkaConsumer<byte[], byte[]> open, long waitNanos)
            throws InterruptedException {
        nudge.drainPermits();
        if (!parts.isEmpty()) {
            return open.poll(Duration.ofNanos(waitNanos));
        }
        if (!changed.get() && !closing && nudge.tryAcquire(waitNanos, TimeUnit.NANOSECONDS)) {
            nudge.drainPermits();
        }
        return ConsumerRecords.empty();
    }

    private void worked() {
        backoff.reset();
        if (trouble != null && !closing) {
            trouble = null;
            LOG.atInfo().addKeyValue("partitions", parts.size()).log("Online ingestion works.");
        }
    }

    private void failed(RuntimeException e) throws InterruptedException {
        if (closing) {
            return;
        }
        metrics.failures.increment();
        String reason = String.valueOf(e.getMessage());
        boolean news = !reason.equals(trouble);
        trouble = reason;
        if (news && !(e instanceof FeatureStoreException) && !(e instanceof KafkaException)) {
            LOG.atError().setCause(e).log("The online ingester tries a batch again after a defect.");
        } else if (news) {
            LOG.atWarn().addKeyValue("reason", reason).log("Online ingestion waits.");
        }
        backoff.pause();
    }

    private Deadline deadline() {
        return Deadline.after(ticker, settings.callTimeout());
    }

    /** Goes back to what the ledger says about every partition. */
    private void reload(KafkaConsumer<byte[], byte[]> open) {
        List<TopicPartition> assigned = List.copyOf(parts.keySet());
        List<PartitionState> states =
                ledger.load(assigned.stream().map(this::ledgerPartition).toList(), deadline());
        for (int index = 0; index < assigned.size(); index++) {
            parts.put(assigned.get(index), states.get(index));
            open.seek(assigned.get(index), states.get(index).nextOffset());
        }
        reload = false;
    }

    private IngestPartition ledgerPartition(TopicPartition part) {
        IngestTarget target = route(part.topic()).target();
        return new IngestPartition(target.projectId(), target.featureGroupId(), part.partition());
    }

    private IngestRoute route(String topic) {
        IngestRoute route = routes.get(topic);
        if (route == null) {
            throw new IllegalStateException("no feature group for topic " + topic);
        }
        return route;
    }

    private void look(KafkaConsumer<byte[], byte[]> open) {
        Set<String> wanted = new HashSet<>();
        Set<String> fresh = new HashSet<>();
        for (IngestTarget target : targets.all(deadline())) {
            OnlineSchema schema = target.schema();
            if (schema == null || !wanted.add(target.topic())) {
                continue;
            }
            IngestRoute route = routes.get(target.topic());
            if (route == null) {
                routes.put(target.topic(), new IngestRoute(target, schema, targets, subjects));
            } else {
                route.update(target);
            }
            if (!sizes.containsKey(target.topic())) {
                fresh.add(target.topic());
            }
        }
        IngestShare share = assignment.current();
        boolean gone =
                parts.keySet().removeIf(part -> !wanted.contains(part.topic()) || !share.holds(ledgerPartition(part)));
        routes.keySet().retainAll(wanted);
        sizes.keySet().retainAll(wanted);
        if (gone) {
            open.assign(parts.keySet());
        }
        if (!fresh.isEmpty() || ticker.nanos() - nextProbeNanos >= 0) {
            Map<String, List<PartitionInfo>> there = open.listTopics(settings.callTimeout());
            nextProbeNanos = ticker.nanos() + PROBE_EVERY.toNanos();
            for (String topic : fresh) {
                int size = there.getOrDefault(topic, List.of()).size();
                if (size > 0) {
                    sizes.put(topic, size);
                }
            }
        }
        assignMissing(open, share);
        measureLag(open);
        assigned = parts.size();
        metrics.partitions(parts.size());
        nextLookNanos = ticker.nanos() + settings.lookEvery().toNanos();
    }

    /** Begins to read what is this worker's share and is not read yet. */
    private void assignMissing(KafkaConsumer<byte[], byte[]> open, IngestShare share) {
        List<TopicPartition> added = new ArrayList<>();
        sizes.forEach((topic, size) -> {
            for (int number = 0; number < size; number++) {
                TopicPartition part = new TopicPartition(topic, number);
                if (!parts.containsKey(part) && share.holds(ledgerPartition(part))) {
                    added.add(part);
                }
            }
        });
        if (added.isEmpty()) {
            return;
        }
        List<PartitionState> states =
                ledger.load(added.stream().map(this::ledgerPartition).toList(), deadline());
        Set<TopicPartition> all = new HashSet<>(parts.keySet());
        all.addAll(added);
        open.assign(all);
        for (int index = 0; index < added.size(); index++) {
            parts.put(added.get(index), states.get(index));
            open.seek(added.get(index), states.get(index).nextOffset());
        }
    }

    private void measureLag(KafkaConsumer<byte[], byte[]> open) {
        long total = 0;
        long worst = 0;
        for (TopicPartition part : parts.keySet()) {
            OptionalLong lag = open.currentLag(part);
            if (lag.isPresent()) {
                total += lag.getAsLong();
                worst = Math.max(worst, lag.getAsLong());
            }
        }
        metrics.lag(total, worst);
    }

    private void apply(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
        long started = ticker.nanos();
        Instant now = clock.instant();
        IngestBatch batch = new IngestBatch(store, now);
        List<TopicPartition> touched = new ArrayList<>();
        long oldestMillis = Long.MAX_VALUE;
        for (TopicPartition at : records.partitions()) {
            PartitionState part = parts.get(at);
            if (part == null) {
                continue;
            }
            touched.add(at);
            IngestRoute route = route(at.topic());
            for (ConsumerRecord<byte[], byte[]> record : records.records(at)) {
                batch.add(record, route, part, deadline());
                oldestMillis = Math.min(oldestMillis, record.timestamp());
            }
            route.batchDone();
        }
        batch.store(lanes, deadline());
        if (!count(touched, batch.progress())) {
            backoff.pause();
            return;
        }
        batch.counts().forEach(metrics::count);
        metrics.batchRows(records.count());
        metrics.batch.record(ticker.nanos() - started);
        metrics.delay.record(Math.max(0, clock.millis() - oldestMillis) * 1_000_000L);
    }

    /** True when the ledger took the progress; otherwise everything is loaded again. */
    private boolean count(List<TopicPartition> touched, List<PartitionProgress> progress) {
        IngestLedger.Result result = ledger.commit(progress, deadline());
        if (result instanceof IngestLedger.Result.Applied applied) {
            for (int index = 0; index < touched.size(); index++) {
                PartitionState state = applied.states().get(index);
                parts.computeIfPresent(touched.get(index), (at, part) -> state);
            }
            return true;
        }
        metrics.refusals.increment();
        LOG.atDebug().addKeyValue("result", result).log("Another ingester was faster.");
        reload = true;
        return false;
    }

    /** The log no longer has, or does not have, the rows at our offset. */
    private void outOfRange(KafkaConsumer<byte[], byte[]> open, Set<TopicPartition> outside)
            throws InterruptedException {
        try {
            Map<TopicPartition, Long> first = open.beginningOffsets(outside, settings.callTimeout());
            for (TopicPartition at : outside) {
                PartitionState part = parts.get(at);
                Long begin = first.get(at);
                if (part == null || begin == null) {
                    continue;
                }
                long lost = Math.max(0, begin - part.nextOffset());
                metrics.lost.add(lost);
                LOG.atError()
                        .addKeyValue("partition", at)
                        .addKeyValue("expected", part.nextOffset())
                        .addKeyValue("first", begin)
                        .log("The log does not have the rows that come next; going on with the first it has.");
                open.seek(at, begin);
            }
        } catch (WakeupException e) {
            nextLookNanos = ticker.nanos();
        } catch (KafkaException e) {
            reload = true;
            failed(e);
        }
    }
}
