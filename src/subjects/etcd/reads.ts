import type { HttpRequest } from '../../ports/http.ts';

/** The calls of etcd's JSON gateway that read and change nothing, as an operator may send them. */
export const readingCalls = {
  status: '/v3/maintenance/status',
  memberList: '/v3/cluster/member/list',
  alarm: '/v3/maintenance/alarm',
  hashKv: '/v3/maintenance/hashkv',
  authStatus: '/v3/auth/status',
} as const;

const alwaysRead: ReadonlySet<string> = new Set([readingCalls.status, readingCalls.memberList, readingCalls.hashKv, readingCalls.authStatus]);

/** etcd reads by POST as well; the alarm call also clears alarms, so only its GET action passes. */
export function reads({ method, path, body = '' }: HttpRequest): boolean {
  if (method === 'GET') return true;
  return alwaysRead.has(path) || (path === readingCalls.alarm && actionOf(body) === 'GET');
}

/** Without an action the gateway takes the first one, which is GET. */
function actionOf(body: string): unknown {
  try {
    const parsed = JSON.parse(body === '' ? '{}' : body) as { action?: unknown } | null;
    return parsed?.action ?? 'GET';
  } catch {
    return undefined;
  }
}
