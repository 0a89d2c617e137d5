import { describe, expect, test } from 'vitest';
import { labKnowledge } from '../harness/cli/knowledge.ts';
import { diagnoseRecording } from '../harness/lab/diagnose-recording.ts';
import { findScenario } from '../harness/scenario/loader.ts';
import { rules } from '../src/diagnosis/rules/rules.ts';
import { defined } from '../src/kernel/assert.ts';
import { orThrow } from '../src/kernel/result.ts';
import { subjects } from '../src/subjects/registry.ts';
import { openedTexts, readTexts } from './variations/texts.ts';
import { cutAfter, later, shortQuiet, sparse, swapped, withoutControlPlane, withoutJob, withoutLog, withoutLogs, type Variation } from './variations/variations.ts';

/** What somebody would say of the recorded outage if it had been recorded otherwise: right, or `open` where what is left does not decide. */
async function saidOf(recording: string, { apply, rename = (component) => component }: Variation): Promise<string> {
  const { texts, script } = readTexts(recording);
  const { subject, truth } = orThrow(findScenario(`recorded/${recording}`, { knowledge: labKnowledge() }));
  const opened = openedTexts(apply(texts, script));
  const { outcome } = await diagnoseRecording({ opened, subject: defined(subjects.get(subject), subject), diagnostician: rules, signal: new AbortController().signal });
  const { verdict, rootCauses, confidence } = orThrow(outcome);
  if (verdict === 'insufficient-evidence') return 'open';
  const right = truth.causes.flatMap((cause) => [cause, ...cause.accept]).map(({ component, kind }) => `${rename(component)} ${kind}`);
  const said = rootCauses.map(({ component, kind }) => `${component} ${kind}`);
  const isRight = verdict === truth.verdict && said.every((each) => right.includes(each)) && (said.length > 0 || verdict === 'healthy');
  return isRight ? 'right' : `${verdict} ${said.join(', ')} with confidence ${confidence}`;
}

const asCase = ([recording, variation]: readonly [string, Variation]) => ({ recording, variation });

describe('a real outage that was recorded otherwise is still explained', () => {
  test.each(([
    ['store-hang', shortQuiet], ['etcd-leader-cpu-starved', shortQuiet], ['etcd-leader-network-delay', shortQuiet],
    ['store-kill', cutAfter(30)], ['partition-full', cutAfter(60)], ['disk-slow', cutAfter(60)], ['etcd-leader-paused', cutAfter(30)],
    ['cpu-throttle', sparse(2)], ['etcd-leader-isolated', sparse(2)],
    ['evict-leader', later], ['pd-leader-kill', later], ['etcd-follower-disk-slow', later],
    ['hot-write', swapped('tikv-2', 'tikv-3')], ['store-stop', swapped('tikv-2', 'tikv-1')], ['etcd-leader-killed', swapped('etcd-1', 'etcd-3')],
    ['disk-slow', withoutLog('tikv-2')], ['store-hang', withoutLogs], ['store-stop', withoutLogs], ['store-kill', withoutLogs],
    ['store-kill', withoutControlPlane], ['etcd-leader-disk-slow', withoutControlPlane], ['etcd-leader-isolated', withoutControlPlane], ['etcd-followers-killed', withoutControlPlane], ['store-kill', withoutJob('pd')],
  ] satisfies [string, Variation][]).map(asCase))('$recording, $variation.name', async ({ recording, variation }) => {
    expect(await saidOf(recording, variation)).toBe('right');
  });
});

describe('what nobody wrote down is not made up', () => {
  test.each(([
    ['etcd-disk-full', withoutLog('etcd-1')], ['etcd-member-restarted', withoutLogs], ['etcd-leader-isolated', withoutLogs], ['region-imbalance', withoutLogs],
    ['partition-full', withoutLogs], ['baseline', withoutControlPlane], ['evict-leader', withoutControlPlane],
    ['cpu-throttle', withoutJob('tikv')], ['write-overload', withoutJob('tikv')], ['pd-only-leader-kill', withoutJob('pd')],
  ] satisfies [string, Variation][]).map(asCase))('$recording, $variation.name', async ({ recording, variation }) => {
    expect(await saidOf(recording, variation)).toBe('open');
  });
});
