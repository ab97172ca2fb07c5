package io.hopyard.store;

import java.util.Objects;
import javax.cache.Cache;
import org.apache.ignite.Ignite;
import org.apache.ignite.cache.CacheInterceptor;
import org.apache.ignite.lang.IgniteBiTuple;
import org.apache.ignite.lifecycle.LifecycleBean;
import org.apache.ignite.resources.IgniteInstanceResource;
import org.jspecify.annotations.Nullable;

/** Feeds the {@link Mirrors.Mirror} of a cache. */
final class MirrorInterceptor implements CacheInterceptor<byte[], byte[]> {
    private static final long serialVersionUID = 1L;

    private final String cache;
    private transient volatile Mirrors.@Nullable Mirror mirror;

    MirrorInterceptor(String cache) {
        this.cache = cache;
    }

    /** Called by the engine on each node before the cache starts. */
    @IgniteInstanceResource
    public void bind(@Nullable Ignite ignite) {
        if (ignite == null) {
            return;
        }
        for (LifecycleBean bean : ignite.configuration().getLifecycleBeans()) {
            if (bean instanceof Mirrors mirrors) {
                mirror = mirrors.byCache().get(cache);
            }
        }
    }

    private Mirrors.Mirror mirror() {
        return Objects.requireNonNull(mirror, cache);
    }

    @Override
    public byte @Nullable [] onGet(byte[] key, byte @Nullable [] value) {
        return value;
    }

    @Override
    public byte[] onBeforePut(Cache.Entry<byte[], byte[]> entry, byte[] value) {
        return value;
    }

    @Override
    public void onAfterPut(Cache.Entry<byte[], byte[]> entry) {
        mirror().put(entry.getKey(), entry.getValue());
    }

    @Override
    public IgniteBiTuple<Boolean, byte[]> onBeforeRemove(Cache.Entry<byte[], byte[]> entry) {
        return new IgniteBiTuple<>(false, entry.getValue());
    }

    @Override
    public void onAfterRemove(Cache.Entry<byte[], byte[]> entry) {
        mirror().remove(entry.getKey());
    }
}
