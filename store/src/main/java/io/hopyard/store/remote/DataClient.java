package io.hopyard.store.remote;

import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.routing.MemberTrack;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Asks one data node. Connects when it is first asked. Requests whose frames may be long have a connection of their own,
 * so that reads do not wait behind them. Thread safe.
 */
public final class DataClient implements Asker, AutoCloseable {
    private static final long CHECK_MILLIS = 50;

    private final Target target;
    private final Ticker ticker;
    private final MemberTrack track = new MemberTrack();
    private final Lane quick;
    private final Lane bulk;
    private final ScheduledExecutorService watch;

    /**
     * Whom to ask.
     *
     * @param node the name that its certificate must have
     */
    public record Target(String node, String host, int port) {}

    /**
     * @param tls null = in clear, for benchmarks
     * @param ticker against which deadlines are given
     */
    public DataClient(Target target, @Nullable NodeTls tls, ClientSettings settings, Ticker ticker) {
        this.target = target;
        this.ticker = ticker;
        Lane.Shared shared = new Lane.Shared(target, tls, settings, track, ticker);
        this.quick = new Lane("quick", shared);
        this.bulk = new Lane("bulk", shared);
        this.watch = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform()
                .daemon()
                .name("data-client-" + target.node() + "-watch")
                .factory());
        ScheduledFuture<?> _ = watch.scheduleWithFixedDelay(
                () -> List.of(quick, bulk).forEach(Lane::check), CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The metadata of that node. */
    public Database database() {
        return new RemoteDatabase(this);
    }

    /** The online rows of that node. */
    public OnlineRows onlineRows() {
        return new RemoteOnlineRows(this);
    }

    Target target() {
        return target;
    }

    /** What was seen of the node. */
    MemberTrack track() {
        return track;
    }

    /** Begins a call that the calling thread will wait for. */
    <T extends @Nullable Object> Call<T> begin(Call.Request<T> request, Deadline deadline) {
        Call<T> call = new Call<>(request, deadline);
        if (deadline.passed(ticker)) {
            call.fail(
                    ErrorCode.DEADLINE_EXCEEDED,
                    request.verb().label() + ": the deadline passed before data node " + target.node() + " was asked");
        } else {
            lane(request.verb()).send(call);
        }
        return call;
    }

    private Lane lane(Verb verb) {
        return verb.pace() == Verb.Pace.MEMORY ? quick : bulk;
    }

    /** Waits until the call has ended or its deadline has passed, which gives it up. */
    <T extends @Nullable Object> Reply<T> await(Call<T> call) {
        while (true) {
            Reply<T> reply = call.reply();
            if (reply != null) {
                return reply;
            }
            long left = call.deadline().remaining(ticker).toNanos();
            if (left == 0) {
                call.giveUp(ErrorCode.DEADLINE_EXCEEDED, "no answer of data node " + target.node() + " in time");
            } else if (Thread.currentThread().isInterrupted()) {
                call.giveUp(ErrorCode.UNAVAILABLE, "interrupted while data node " + target.node() + " was asked");
            } else {
                LockSupport.parkNanos(this, left);
            }
        }
    }

    @Override
    public <T extends @Nullable Object> T ask(Call.Request<T> request, Deadline deadline) {
        return switch (await(begin(request, deadline))) {
            case Reply.Answer<T> answer -> answer.value();
            case Reply.Failure<T> failure -> throw failure.cause();
            case Reply.Lost<T> lost ->
                throw new FeatureStoreException(
                        deadline.passed(ticker) ? ErrorCode.DEADLINE_EXCEEDED : ErrorCode.UNAVAILABLE, lost.reason());
        };
    }

    @Override
    public Outcome commit(Call.Request<Outcome> request, Deadline deadline) {
        return switch (await(begin(request, deadline))) {
            case Reply.Answer<Outcome> answer -> answer.value();
            case Reply.Failure<Outcome> failure -> throw failure.cause();
            case Reply.Lost<Outcome> lost -> new Outcome.Unknown(lost.reason());
        };
    }

    /** Ends all calls. May be repeated. */
    @Override
    public void close() {
        watch.shutdownNow();
        quick.close();
        bulk.close();
    }
}
