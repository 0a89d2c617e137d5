import { etcdExpertise } from './etcd/expertise.ts';
import type { Expertise } from './expertise.ts';
import { tikvExpertise } from './tikv.ts';

/** Every database that the rules know; a new one is its own expertise and a line here. */
export const experts: ReadonlyMap<string, Expertise> = new Map([tikvExpertise, etcdExpertise].map((expertise) => [expertise.subject, expertise]));
