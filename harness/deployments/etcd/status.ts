import { z } from 'zod';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { Transport } from '../../../src/ports/http.ts';

/** What a member says of itself; ids are decimal, as its API writes them. */
export interface MemberStatus {
  readonly memberId: string;
  /** Absent while it knows none. */
  readonly leader?: string;
}

const schema = z.object({ header: z.object({ member_id: z.string() }), leader: z.string().optional() });

/** Asks a member for its status; it needs no quorum for that. */
export async function statusOf(member: Transport): Promise<Result<MemberStatus>> {
  const answer = await member({ method: 'POST', path: '/v3/maintenance/status', body: '{}' });
  if (!answer.ok) return answer;
  const { status, body } = answer.value;
  if (status !== 200) return failed('LAB_NOT_SETTLED', `status is answered with ${status}: ${body.trim()}`);
  const { header, leader } = schema.parse(JSON.parse(body));
  return ok({ memberId: header.member_id, ...(leader !== undefined && leader !== '0' && { leader }) });
}

/** A member's id as logs and metrics write it: hexadecimal without leading zeros. */
export const hexOf = (memberId: string): string => BigInt(memberId).toString(16);
