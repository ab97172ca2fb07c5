/*
 * Moves the wall clock of one process, to be preloaded into it: what the process reads as the time of day is off by the
 * nanoseconds in a file that stays mapped, so that it can be changed while the process runs. The monotonic clock is left
 * alone, as it is when somebody sets the clock of a real machine.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define BILLION 1000000000LL
/* No monotonic clock has run for so long, so a moment later than this is one of the wall clock. */
#define WALL_FROM_SECONDS 1000000000LL

static const int64_t nothing = 0;
static const volatile int64_t *offset = &nothing;
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_timedwait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);

__attribute__((constructor)) static void begin(void) {
    real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    /* The oldest version of it has another layout of its condition. */
    real_timedwait = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    if (real_timedwait == NULL) {
        real_timedwait = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    }
    const char *name = getenv("HOPYARD_CLOCK_SHIFT");
    int file = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        void *mapped = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
        if (mapped != MAP_FAILED) {
            offset = mapped;
        }
        close(file);
    }
}

static void shift(struct timespec *time, int64_t nanos) {
    int64_t sum = time->tv_nsec + nanos % BILLION;
    time->tv_sec += nanos / BILLION;
    if (sum < 0) {
        sum += BILLION;
        time->tv_sec--;
    } else if (sum >= BILLION) {
        sum -= BILLION;
        time->tv_sec++;
    }
    time->tv_nsec = sum;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    if (real_clock_gettime == NULL) {
        begin();
    }
    int result = real_clock_gettime(clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        shift(time, *offset);
    }
    return result;
}

int gettimeofday(struct timeval *time, void *zone) {
    (void)zone;
    struct timespec now;
    int result = clock_gettime(CLOCK_REALTIME, &now);
    if (result == 0) {
        time->tv_sec = now.tv_sec;
        time->tv_usec = now.tv_nsec / 1000;
    }
    return result;
}

time_t time(time_t *where) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return (time_t)-1;
    }
    if (where != NULL) {
        *where = now.tv_sec;
    }
    return now.tv_sec;
}

/* The kernel knows nothing of the shift: a wait until a moment of the shifted clock is one until the moment it stands for. */
int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
    struct timespec moment = *until;
    if (moment.tv_sec > WALL_FROM_SECONDS) {
        shift(&moment, -*offset);
    }
    return real_timedwait(condition, mutex, &moment);
}
