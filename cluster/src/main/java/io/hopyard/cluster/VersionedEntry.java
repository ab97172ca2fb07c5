package io.hopyard.cluster;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * One persistent entry of the coordination servers, changed on the condition of its version. No call is repeated here: a
 * write whose answer was lost may have happened, and only who reads again can tell. It may even land after its session is
 * dead; the version then refuses it, unless nobody wrote in between.
 *
 * <p>A read asks the leader how far it is and waits until the server it reads from is as far. A leader that was cut off
 * believes in itself until it misses its followers, {@value ServerSettings#SYNC_TICKS} ticks at most; what is read from it
 * in that time may be old, and what is written on the ground of it is refused. Thread safe. Calls throw {@code UNAVAILABLE}
 * or {@code DEADLINE_EXCEEDED}.
 */
final class VersionedEntry {
    private final CuratorFramework client;
    private final Ticker ticker;
    private final String what;
    private final String path;

    /**
     * @param what for messages, for example {@code record of pair 1}
     * @param path below {@link Coordination#ROOT}, begins with a slash
     */
    VersionedEntry(Coordination coordination, String what, String path, Ticker ticker) {
        this.client = coordination.client();
        this.ticker = ticker;
        this.what = what;
        this.path = "/" + Coordination.ROOT + path;
    }

    /** What was read. */
    @SuppressWarnings("ArrayRecordComponent") // never compared by value
    record Read(byte[] data, int version) {}

    private static final class Answer {
        private final Code code;
        /** Null unless it was asked for and is there. */
        private final byte @Nullable [] data;

        private final int version;

        private Answer(Code code, byte @Nullable [] data, int version) {
            this.code = code;
            this.data = data;
            this.version = version;
        }

        static Answer of(int code) {
            return new Answer(Code.get(code), null, 0);
        }

        static Answer of(int code, byte @Nullable [] data, @Nullable Stat stat) {
            return new Answer(Code.get(code), data, stat == null ? 0 : stat.getVersion());
        }
    }

    /** Null when there is none. */
    @Nullable
    Read read(Deadline deadline) {
        Answer synced = ask(
                "read",
                deadline,
                (engine, answer) -> engine.sync(path, (code, at, context) -> answer.complete(Answer.of(code)), null));
        if (synced.code != Code.OK) {
            throw unavailable("read", synced.code);
        }
        Answer read = ask(
                "read",
                deadline,
                (engine, answer) -> engine.getData(
                        path,
                        false,
                        (code, at, context, data, stat) -> answer.complete(Answer.of(code, data, stat)),
                        null));
        if (read.code == Code.NONODE) {
            return null;
        }
        if (read.code != Code.OK || read.data == null) {
            throw unavailable("read", read.code);
        }
        return new Read(read.data, read.version);
    }

    /** False when there is one. */
    boolean create(byte[] data, Deadline deadline) {
        Code code = create(path, data, deadline);
        if (code == Code.NONODE) {
            for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
                create(path.substring(0, slash), new byte[0], deadline);
            }
            code = create(path, data, deadline);
        }
        return switch (code) {
            case OK -> true;
            case NODEEXISTS -> false;
            default -> throw unavailable("create", code);
        };
    }

    private Code create(String at, byte[] data, Deadline deadline) {
        return ask(
                        "create",
                        deadline,
                        (engine, answer) -> engine.create(
                                at,
                                data,
                                ZooDefs.Ids.OPEN_ACL_UNSAFE,
                                CreateMode.PERSISTENT,
                                (code, there, context, name) -> answer.complete(Answer.of(code)),
                                null))
                .code;
    }

    /** False when it is not in that version any more. */
    boolean replace(int version, byte[] data, Deadline deadline) {
        Code code = ask(
                        "replace",
                        deadline,
                        (engine, answer) -> engine.setData(
                                path,
                                data,
                                version,
                                (status, at, context, stat) -> answer.complete(Answer.of(status)),
                                null))
                .code;
        return switch (code) {
            case OK -> true;
            case BADVERSION -> false;
            default -> throw unavailable("replace", code);
        };
    }

    /** Past the connection's own retries, which would send a write twice and take the second answer for the first. */
    private Answer ask(String verb, Deadline deadline, BiConsumer<ZooKeeper, CompletableFuture<Answer>> request) {
        if (deadline.passed(ticker)) {
            throw late(verb);
        }
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        try {
            request.accept(client.getZookeeperClient().getZooKeeper(), answer);
            return answer.get(deadline.remaining(ticker).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw late(verb);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(verb, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("an answer is never completed by a failure", e);
        } catch (Exception e) { // Curator declares no narrower type
            throw failed(verb, e);
        }
    }

    private FeatureStoreException late(String verb) {
        return new FeatureStoreException(ErrorCode.DEADLINE_EXCEEDED, verb + " of the " + what + ": no answer in time");
    }

    private FeatureStoreException failed(String verb, Exception cause) {
        return new FeatureStoreException(ErrorCode.UNAVAILABLE, verb + " of the " + what + ": " + cause, cause);
    }

    private FeatureStoreException unavailable(String verb, Code code) {
        return new FeatureStoreException(
                ErrorCode.UNAVAILABLE,
                verb + " of the " + what + ": " + code + " (expected: a majority of the coordination" + " servers)");
    }
}
