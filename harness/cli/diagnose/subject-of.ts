import { LabError } from '../../../src/kernel/result.ts';
import type { Subject } from '../../../src/subjects/contract.ts';
import { subjectOfRoles, subjects } from '../../../src/subjects/registry.ts';
import type { Opened } from '../../clusters/recorded/open-anything.ts';

/** The database that was recorded, told by the roles of its nodes. */
export function subjectOf({ roles }: Pick<Opened, 'roles'>): Subject {
  const subject = subjectOfRoles(roles);
  if (!subject) throw new LabError({ code: 'LAB_NO_SUBJECT', because: `no database that the lab knows has the roles ${roles.join(', ') || '(none)'}`, advice: `Known: ${[...subjects.keys()].join(', ')}.` }, 2);
  return subject;
}
