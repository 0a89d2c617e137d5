import type { Subject } from './contract.ts';
import { tikv } from './tikv/subject.ts';

/** Every database that the operator knows; a new one is a folder beside this file and a line here. */
export const subjects: ReadonlyMap<string, Subject> = new Map([[tikv.name, tikv as unknown as Subject]]);
