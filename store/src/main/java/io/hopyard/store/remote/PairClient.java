package io.hopyard.store.remote;

import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.routing.CommitFate;
import io.hopyard.core.routing.Hedging;
import io.hopyard.core.routing.Route;
import io.hopyard.core.routing.Route.Step;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.slot.SlotRows;
import io.hopyard.core.slot.SlotScan;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks a pair of data nodes as if it were one: reads go to the member in the own zone, and to its twin too when that takes
 * long; whatever a member could not do is asked of the other until the caller's deadline. Thread safe.
 */
public final class PairClient implements Asker, AutoCloseable {
    private final Supplier<List<Member>> members;
    private final Settings settings;
    private final @Nullable NodeTls tls;
    private final Ticker ticker;
    private final Route.Pair pair;
    private final Metrics.Counter hedges;
    private final Metrics.Counter hedgesWon;
    private final Metrics.Counter repeats;

    private final ReentrantLock lock = new ReentrantLock();
    private volatile Known known = new Known(List.of(), List.of());
    private boolean closed;

    /** A data node of the pair, the name as in its certificate. */
    public record Member(String node, String zone, String host, int port) {}

    /**
     * @param zone of this node
     */
    public record Settings(String zone, ClientSettings client, Route.Limits limits, Hedging.Settings hedging) {
        /** With defaults for all that has one. */
        public static Settings of(String zone) {
            return new Settings(zone, ClientSettings.DEFAULT, Route.Limits.DEFAULT, Hedging.Settings.DEFAULT);
        }
    }

    /**
     * What the time is measured with.
     *
     * @param random for the length of pauses; thread safe
     */
    public record Chance(Ticker ticker, RandomGenerator random) {}

    /** The members as they were last said, and their clients, those of the own zone first. */
    private record Known(List<Member> members, List<DataClient> clients) {}

    /**
     * @param members the one or two members of the pair as they are now; asked for every request, so must be quick
     * @param tls null = in clear, for benchmarks
     */
    public PairClient(
            Supplier<List<Member>> members, @Nullable NodeTls tls, Settings settings, Chance chance, Metrics metrics) {
        this.members = members;
        this.tls = tls;
        this.settings = settings;
        this.ticker = chance.ticker();
        this.pair = new Route.Pair(settings.limits(), new Hedging(settings.hedging()), ticker, chance.random());
        this.hedges =
                metrics.counter("data_pair_hedges_total", "Reads sent to a second data node since the first was slow");
        this.hedgesWon = metrics.counter("data_pair_hedges_won_total", "Such reads that the second data node answered");
        this.repeats =
                metrics.counter("data_pair_repeats_total", "Requests asked again since a data node did not do them");
    }

    /** The metadata of the pair. */
    public Database database() {
        return new RemoteDatabase(this);
    }

    /** The online rows of the pair. */
    public OnlineRows onlineRows() {
        return new RemoteOnlineRows(this);
    }

    /** The slots of the pair; what must reach every member asks each. */
    public SlotRows slots() {
        return new RemoteSlots(this, this::clients);
    }

    /** Scans up to a slot. */
    public SlotScan slotScan() {
        return new RemoteSlots(this, this::clients);
    }

    private List<DataClient> clients() {
        List<Member> now = members.get();
        Known there = known;
        if (!there.members().equals(now)) {
            there = learn(List.copyOf(now));
        }
        if (there.clients().isEmpty()) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "no data node of the pair is known");
        }
        return there.clients();
    }

    private Known learn(List<Member> now) {
        if (now.size() > 2) {
            throw new IllegalArgumentException("members of a pair: " + now + " (expected: one or two)");
        }
        lock.lock();
        try {
            if (closed) {
                throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "the client of the pair is closed");
            }
            Map<DataClient.Target, DataClient> old = new HashMap<>();
            known.clients().forEach(client -> old.put(client.target(), client));
            List<DataClient> clients = new ArrayList<>();
            now.stream()
                    .sorted(Comparator.comparing(member -> !member.zone().equals(settings.zone())))
                    .map(member -> new DataClient.Target(member.node(), member.host(), member.port()))
                    .forEach(target -> {
                        DataClient same = old.remove(target);
                        clients.add(same != null ? same : new DataClient(target, tls, settings.client(), ticker));
                    });
            known = new Known(now, List.copyOf(clients));
            old.values().forEach(DataClient::close);
            return known;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public <T extends @Nullable Object> T ask(Call.Request<T> request, Deadline deadline) {
        return new Asking<>(request, clients(), deadline).answer();
    }

    /** One request that may be repeated, on its way. */
    private final class Asking<T extends @Nullable Object> {
        private final Call.Request<T> request;
        private final List<DataClient> clients;
        private final Route route;
        private final List<Running<T>> running = new ArrayList<>(2);
        private int asked;
        private FeatureStoreException failure;

        Asking(Call.Request<T> request, List<DataClient> clients, Deadline deadline) {
            this.request = request;
            this.clients = clients;
            this.route = route(request.verb(), clients, deadline);
            this.failure = new FeatureStoreException(
                    ErrorCode.DEADLINE_EXCEEDED,
                    request.verb().label() + ": the deadline passed before a data node was asked");
        }

        T answer() {
            while (true) {
                for (int index = running.size() - 1; index >= 0; index--) {
                    Running<T> one = running.get(index);
                    Reply<T> reply = one.call().reply();
                    switch (reply) {
                        case null -> {}
                        case Reply.Answer<T> answer -> {
                            won(one);
                            return answer.value();
                        }
                        case Reply.Failure<T> failed -> failed(one, failed.cause());
                        case Reply.Lost<T> lost ->
                            failed(one, new FeatureStoreException(ErrorCode.UNAVAILABLE, lost.reason()));
                    }
                }
                switch (route.next()) {
                    case Step.Ask ask -> begin(ask);
                    case Step.Wait wait -> await(wait.until());
                    case Step.Stop stop -> throw failure;
                }
            }
        }

        private void won(Running<T> first) {
            if (request.verb().pace() == Verb.Pace.MEMORY) {
                pair.hedging().answered(ticker.nanos() - first.askedAt());
            }
            if (first.hedge()) {
                hedgesWon.increment();
            }
            running.remove(first);
            running.forEach(late -> late.call().giveUp(ErrorCode.UNAVAILABLE, "the other data node was faster"));
        }

        private void failed(Running<T> one, FeatureStoreException cause) {
            if (!CommitFate.worthAskingAgain(cause.code())) {
                throw cause;
            }
            failure = cause;
            running.remove(one);
            route.failed(one.member());
        }

        private void begin(Step.Ask ask) {
            boolean hedge = !running.isEmpty();
            if (hedge) {
                hedges.increment();
            } else if (asked > 0) {
                repeats.increment();
            }
            asked++;
            long now = ticker.nanos();
            Call<T> call = clients.get(ask.member()).begin(request, ask.until());
            running.add(new Running<>(ask.member(), call, now, hedge));
        }

        /** Until then, or until a call ends; a call whose attempt is over is given up. */
        private void await(Deadline until) {
            if (Thread.currentThread().isInterrupted()) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE, request.verb().label() + ": interrupted while data nodes were asked");
            }
            if (running.stream().allMatch(one -> one.call().reply() == null)) {
                LockSupport.parkNanos(this, until.remaining(ticker).toNanos());
            }
            for (Running<T> one : running) {
                if (one.call().deadline().passed(ticker)) {
                    one.call().giveUp(ErrorCode.DEADLINE_EXCEEDED, "a data node did not answer in time");
                }
            }
        }
    }

    /** An attempt at a member. */
    private record Running<T extends @Nullable Object>(int member, Call<T> call, long askedAt, boolean hedge) {}

    private Route route(Verb verb, List<DataClient> clients, Deadline deadline) {
        var tracks = clients.stream().map(DataClient::track).toList();
        return verb.pace() == Verb.Pace.MEMORY
                ? Route.ofRead(pair, tracks, deadline)
                : Route.ofWrite(pair, tracks, deadline);
    }

    @Override
    public Outcome commit(Call.Request<Outcome> request, Deadline deadline) {
        List<DataClient> clients = clients();
        Route route = route(request.verb(), clients, deadline);
        CommitFate fate = new CommitFate();
        int asked = 0;
        while (true) {
            switch (route.next()) {
                case Step.Ask ask -> {
                    if (asked > 0) {
                        repeats.increment();
                    }
                    asked++;
                    CommitFate.Verdict verdict = attempt(request, clients.get(ask.member()), ask, fate);
                    switch (verdict) {
                        case CommitFate.Verdict.Say say -> {
                            return say.outcome();
                        }
                        case CommitFate.Verdict.AskOther other -> route.failed(ask.member());
                        case CommitFate.Verdict.AskLater later -> route.undecided(ask.member(), later.notBeforeNanos());
                    }
                }
                case Step.Wait wait ->
                    LockSupport.parkNanos(this, wait.until().remaining(ticker).toNanos());
                case Step.Stop stop -> {
                    return fate.end();
                }
            }
            if (Thread.currentThread().isInterrupted()) {
                return fate.end();
            }
        }
    }

    private CommitFate.Verdict attempt(
            Call.Request<Outcome> request, DataClient client, Step.Ask ask, CommitFate fate) {
        long now = ticker.nanos();
        return switch (client.await(client.begin(request, ask.until()))) {
            case Reply.Answer<Outcome> answer -> fate.answered(answer.value(), now, ask.until());
            case Reply.Failure<Outcome> failure -> fate.failed(failure.cause());
            case Reply.Lost<Outcome> lost -> fate.answered(new Outcome.Unknown(lost.reason()), now, ask.until());
        };
    }

    /** Ends all calls. May be repeated. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            known.clients().forEach(DataClient::close);
            known = new Known(List.of(), List.of());
        } finally {
            lock.unlock();
        }
    }
}
