import type { ComponentRef } from '../../../subjects/contract.ts';
import type { Sign } from '../signs.ts';
import type { FoundLine, FoundLog, Investigation } from '../investigation.ts';

/** How a store and a control-plane member write that they were asked to stop (signal_handler.rs, main.go). */
const stopRequests: readonly (readonly [role: string, message: string])[] = [['tikv', 'receive signal 15'], ['tikv', 'receive signal 2'], ['pd', 'got signal to exit']];
const starts = ['Welcome to TiKV', 'Welcome to Placement Driver'];

/** What processes wrote about their own beginning and end. */
export async function probeLifecycle(investigation: Investigation): Promise<void> {
  for (const [role, message] of stopRequests) await noteNodes(investigation, { sign: 'graceful-stop-logged', role, message });
  await noteNodes(investigation, { sign: 'leaders-evicted-first', role: 'tikv', message: 'All leaders evicted' });
  for (const message of starts) noteStarts(investigation, await investigation.logLines(message));
  const fatal = await investigation.logLines('', { levels: ['FATAL'], limit: 40 });
  for (const node of investigation.assignment.topology.nodes) noteFatal(investigation, node.id, fatal);
}

/** Notes for every node of a role whether it wrote the message. */
async function noteNodes(investigation: Investigation, { sign, role, message }: { sign: Sign; role: string; message: string }): Promise<void> {
  const found = await investigation.logLines(message);
  for (const { id } of investigation.nodes(role)) {
    const line = found.lines.find((each) => each.node === id);
    if (line) investigation.note({ sign, component: id, present: true, claim: `${id} logged "${line.message}"`, citation: line.says(message), sinceMs: line.atMs });
    else if (found.looked && !investigation.findings.about(sign, id)) investigation.note({ sign, component: id, present: false, claim: `${id} logged no "${message}"`, citation: found.looked });
  }
}

function noteStarts(investigation: Investigation, { lines }: FoundLog): void {
  for (const node of new Set(lines.map((line) => line.node))) {
    const own = lines.filter((line) => line.node === node);
    const last = own.at(-1);
    if (!last) continue;
    const times = `${node} started ${own.length === 1 ? 'once' : `${own.length} times`} in the window`;
    investigation.note({ sign: 'starts-repeatedly', component: node, present: own.length >= 2, claim: times, citation: last.says(last.message) });
    // A process that nobody knew in quiet time and that started once is new: it joined.
    const joined = own.length === 1 && !investigation.findings.about('restarted', node);
    if (!joined && !investigation.findings.has('restarted', node)) {
      investigation.note({ sign: 'restarted', component: node, present: true, claim: times, citation: last.says(last.message), sinceMs: last.atMs });
    }
  }
}

/** The texts are those of the programs: a refused memory configuration, the operating system's ENOSPC. */
const fatalKinds: readonly (readonly [Sign, RegExp])[] = [
  ['fatal-memory', /memory-usage-limit|out of memory|cannot allocate memory/i],
  ['fatal-no-space', /No space left on device/i],
];

function noteFatal(investigation: Investigation, component: ComponentRef, { lines, looked }: FoundLog): void {
  const own = lines.filter((line) => line.node === component && line.level === 'FATAL');
  const sorted = new Map<Sign, FoundLine>();
  for (const line of own) sorted.set(fatalKinds.find(([, text]) => text.test(line.message))?.[0] ?? 'fatal-other', line);
  for (const sign of ['fatal-memory', 'fatal-no-space', 'fatal-other'] as const) {
    const line = sorted.get(sign);
    if (line) investigation.note({ sign, component, present: true, claim: `${component} ended with FATAL "${line.message.slice(0, 200)}"`, citation: line.says(line.message.slice(0, 40)), sinceMs: own[0]?.atMs ?? line.atMs });
    else if (looked) investigation.note({ sign, component, present: false, claim: `${component} logged no FATAL line of this kind`, citation: looked });
  }
}
