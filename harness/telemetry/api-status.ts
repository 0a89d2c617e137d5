import type { Millis } from '../../src/kernel/clock.ts';
import { rfc3339 } from './api-format.ts';
import type { MetricStore } from './store.ts';

/** The version whose language and answers this server follows. */
export const followedVersion = '3.5.3';

/** `data` of `/api/v1/status/buildinfo`. */
export const buildInfo = { version: followedVersion, revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' };

/** `data` of `/api/v1/status/runtimeinfo`: what tells of the data, and nothing of this machine. */
export function runtimeInfo(store: MetricStore, nowMs: Millis): unknown {
  const startMs = store.targets().reduce((first, { times }) => (times.count > 0 ? Math.min(first, times.at(0)) : first), nowMs);
  return {
    startTime: rfc3339(startMs),
    CWD: '/',
    hostname: 'lab',
    serverTime: rfc3339(nowMs),
    reloadConfigSuccess: true,
    lastConfigTime: rfc3339(startMs),
    corruptionCount: 0,
    goroutineCount: 1,
    GOMAXPROCS: 1,
    GOMEMLIMIT: Number.MAX_SAFE_INTEGER,
    GOGC: '',
    GODEBUG: '',
    storageRetention: '',
  };
}
