/* The machine's clock, moved by MOVED_BY seconds for the processes that preload this and for their
   children: what tells the time is shifted, what measures it (CLOCK_MONOTONIC, relative waits)
   stays. The kernel stamps files with its own time, so that these are shifted on their way too. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

static time_t by;

__attribute__((constructor)) static void begin(void) {
  const char *given = getenv("MOVED_BY");
  by = given ? strtoll(given, NULL, 10) : 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int tells_the_time(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

int clock_gettime(clockid_t clock, struct timespec *at) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = REAL(clock_gettime);
  int result = real(clock, at);
  if (result == 0 && tells_the_time(clock)) at->tv_sec += by;
  return result;
}

int timespec_get(struct timespec *at, int base) {
  return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, at) == 0 ? base : 0;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
  struct timespec now;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  at->tv_sec = now.tv_sec;
  at->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at) *at = now.tv_sec;
  return now.tv_sec;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until, struct timespec *left) {
  struct timespec at = *until;
  if ((flags & TIMER_ABSTIME) && tells_the_time(clock)) at.tv_sec -= by;
  return REAL(clock_nanosleep)(clock, flags, &at, left);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until) {
  struct timespec at = *until;
  at.tv_sec -= by;
  return REAL(sem_timedwait)(semaphore, &at);
}

#define SHIFT(file) \
  ((file)->st_atim.tv_sec += by, (file)->st_mtim.tv_sec += by, (file)->st_ctim.tv_sec += by)

#define SEEN(name, parameters, arguments)                 \
  int name parameters {                                   \
    static int(*real) parameters;                         \
    if (!real) real = (int(*) parameters)REAL(name);      \
    int result = real arguments;                          \
    if (result == 0) SHIFT(file);                         \
    return result;                                        \
  }

SEEN(stat, (const char *restrict path, struct stat *restrict file), (path, file))
SEEN(stat64, (const char *restrict path, struct stat64 *restrict file), (path, file))
SEEN(lstat, (const char *restrict path, struct stat *restrict file), (path, file))
SEEN(lstat64, (const char *restrict path, struct stat64 *restrict file), (path, file))
SEEN(fstat, (int number, struct stat *file), (number, file))
SEEN(fstat64, (int number, struct stat64 *file), (number, file))
SEEN(fstatat,
     (int folder, const char *restrict path, struct stat *restrict file, int flags),
     (folder, path, file, flags))
SEEN(fstatat64,
     (int folder, const char *restrict path, struct stat64 *restrict file, int flags),
     (folder, path, file, flags))

int statx(int folder, const char *restrict path, int flags, unsigned mask,
          struct statx *restrict file) {
  int result = REAL(statx)(folder, path, flags, mask, file);
  if (result == 0) {
    file->stx_atime.tv_sec += by;
    file->stx_btime.tv_sec += by;
    file->stx_ctime.tv_sec += by;
    file->stx_mtime.tv_sec += by;
  }
  return result;
}

static const struct timespec *back(const struct timespec given[2], struct timespec held[2]) {
  if (!given) return NULL;
  for (int n = 0; n < 2; n++) {
    held[n] = given[n];
    if (given[n].tv_nsec != UTIME_NOW && given[n].tv_nsec != UTIME_OMIT) held[n].tv_sec -= by;
  }
  return held;
}

int utimensat(int folder, const char *path, const struct timespec at[2], int flags) {
  struct timespec held[2];
  return REAL(utimensat)(folder, path, back(at, held), flags);
}

int futimens(int number, const struct timespec at[2]) {
  struct timespec held[2];
  return REAL(futimens)(number, back(at, held));
}
