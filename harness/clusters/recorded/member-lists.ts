import { elementsOf } from './json-text.ts';
import type { ControlRow } from './control-row.ts';

/** A member as its control plane lists it. */
export interface ListedMember {
  readonly name: string;
  /** Other names: ids as they are written in answers and in logs. */
  readonly ids: readonly string[];
  readonly clientUrls: readonly string[];
  readonly peerUrls: readonly string[];
}

/** How one control plane lists its own members. */
export interface MemberList {
  /** The role that its members have in an inventory. */
  readonly role: string;
  /** As a recording names the request. */
  readonly request: string;
  readonly read: (element: Readonly<Record<string, unknown>>) => ListedMember;
}

/** PD's list, and etcd's. */
export const memberLists: readonly MemberList[] = [
  { role: 'pd', request: 'GET /pd/api/v1/members', read: ({ name, client_urls, peer_urls }) => ({ name: text(name), ids: [], clientUrls: texts(client_urls), peerUrls: texts(peer_urls) }) },
  { role: 'member', request: 'POST /v3/cluster/member/list', read: ({ ID, name, clientURLs, peerURLs }) => ({ name: text(name), ids: bothBases(text(ID)), clientUrls: texts(clientURLs), peerUrls: texts(peerURLs) }) },
];

/** Every whole element of an answer's list; a long answer may have been cut short, and a cut list is left to the whole ones. */
export function membersOf({ read }: MemberList, { status, bodyText = '' }: ControlRow): ListedMember[] {
  if (status !== 200) return [];
  try {
    JSON.parse(bodyText);
    return elementsOf(bodyText, 'members').map((element) => read(JSON.parse(element) as Record<string, unknown>));
  } catch {
    return [];
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []);

/** An id is decimal in answers, hexadecimal in logs and labels. */
const bothBases = (decimal: string): string[] => (/^\d+$/.test(decimal) ? [decimal, BigInt(decimal).toString(16)] : []);
