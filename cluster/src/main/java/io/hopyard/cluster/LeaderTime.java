package io.hopyard.cluster;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * What time it is at the leader of the coordination servers, which stamps each change with it: a write of an entry that says
 * nothing else. Thread safe.
 */
public final class LeaderTime {
    private static final String ROOT = "/" + Coordination.ROOT;
    private static final String PATH = ROOT + "/time";

    private final Coordination coordination;
    private final Ticker ticker;

    private record Answer(Code code, long millis) {}

    public LeaderTime(Coordination coordination, Ticker ticker) {
        this.coordination = coordination;
        this.ticker = ticker;
    }

    /**
     * Late by the time of the answer.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} or {@code DEADLINE_EXCEEDED} when it cannot be asked
     */
    public Instant ask(Deadline deadline) {
        Answer answer = touch(deadline);
        if (answer.code() == Code.NONODE) {
            create(ROOT, deadline);
            create(PATH, deadline);
            answer = touch(deadline);
        }
        if (answer.code() != Code.OK) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "time of the coordination's leader: " + answer.code());
        }
        return Instant.ofEpochMilli(answer.millis());
    }

    private Answer touch(Deadline deadline) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        engine().setData(
                        PATH,
                        new byte[0],
                        -1,
                        (code, path, context, stat) ->
                                answer.complete(new Answer(Code.get(code), stat == null ? 0 : stat.getMtime())),
                        null);
        return await(answer, deadline);
    }

    private void create(String path, Deadline deadline) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        engine().create(
                        path,
                        new byte[0],
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT,
                        (code, there, context, name) -> answer.complete(new Answer(Code.get(code), 0)),
                        null);
        await(answer, deadline);
    }

    private ZooKeeper engine() {
        try {
            return coordination.client().getZookeeperClient().getZooKeeper();
        } catch (Exception e) { // Curator declares no narrower type
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "time of the coordination's leader: " + e.getMessage(), e);
        }
    }

    private Answer await(CompletableFuture<Answer> answer, Deadline deadline) {
        try {
            return answer.get(deadline.remaining(ticker).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new FeatureStoreException(
                    ErrorCode.DEADLINE_EXCEEDED, "time of the coordination's leader: no answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "time of the coordination's leader: told to stop", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("an answer is never completed by a failure", e);
        }
    }
}
