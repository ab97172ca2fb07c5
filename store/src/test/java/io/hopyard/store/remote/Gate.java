package io.hopyard.store.remote;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Holds who passes while it is shut; before the call, or after it, when the answer is on its way. */
final class Gate {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private boolean shutBefore;
    private boolean shutAfter;
    private final AtomicInteger calls = new AtomicInteger();

    void shutBefore() {
        set(true, false);
    }

    void shutAfter() {
        set(false, true);
    }

    void open() {
        set(false, false);
    }

    private void set(boolean before, boolean after) {
        lock.lock();
        try {
            shutBefore = before;
            shutAfter = after;
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void before() {
        pass(true);
    }

    private void after() {
        pass(false);
    }

    private void pass(boolean before) {
        lock.lock();
        try {
            while (before ? shutBefore : shutAfter) {
                opened.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    interface Work<T extends @Nullable Object> {
        T run();
    }

    <T extends @Nullable Object> T through(Work<T> work) {
        calls.incrementAndGet();
        before();
        T result = work.run();
        after();
        return result;
    }

    /** Who came to the gate so far. */
    int calls() {
        return calls.get();
    }
}
