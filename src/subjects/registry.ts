import type { Subject } from './contract.ts';
import { etcd } from './etcd/subject.ts';
import { tikv } from './tikv/subject.ts';

/** Every database that the operator knows; a new one is a folder beside this file and a line here. */
export const subjects: ReadonlyMap<string, Subject> = new Map([tikv as unknown as Subject, etcd as unknown as Subject].map((subject) => [subject.name, subject]));

/** The subject whose roles these are, e.g. those of a recording's inventory. */
export function subjectOfRoles(roles: readonly string[]): Subject | undefined {
  return [...subjects.values()].find((subject) => roles.length > 0 && roles.every((role) => subject.roles.some((each) => each.role === role)));
}
