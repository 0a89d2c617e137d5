import type { z } from 'zod';

/** An issue with the path from the root; `alternatives` are the keys that a union would have taken instead. */
export type LeafIssue = z.core.$ZodIssue & { readonly path: PropertyKey[]; readonly alternatives?: readonly string[] };

/**
 * A union refuses once for each of its options. The author meant one of them, so only the complaints of the
 * option that is nearest to what was written are kept.
 */
export function flattenIssues(issues: readonly z.core.$ZodIssue[], base: readonly PropertyKey[] = []): LeafIssue[] {
  return issues.flatMap((issue): LeafIssue[] => {
    const path = [...base, ...issue.path];
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ ...issue, path }];
    return nearestOption(issue.errors, path);
  });
}

function nearestOption(optionErrors: readonly (readonly z.core.$ZodIssue[])[], path: readonly PropertyKey[]): LeafIssue[] {
  const ranked = optionErrors.map((errors) => ({ errors, distance: distanceOf(errors) })).sort((a, b) => a.distance - b.distance);
  const best = ranked[0]?.errors ?? [];
  const foreign = best.some((issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0);
  if (!foreign) return flattenIssues(best, path);
  const lacking = best.some(isMissingKey);
  const wanted = lacking ? optionErrors.flatMap((errors) => errors.filter(isMissingKey).map((issue) => String(issue.path[0]))) : [];
  const kept = lacking ? best.filter((issue) => !isMissingKey(issue)) : best;
  return flattenIssues(kept, path).map((leaf) => (leaf.code === 'unrecognized_keys' ? { ...leaf, alternatives: [...new Set(wanted)] } : leaf));
}

function distanceOf(errors: readonly z.core.$ZodIssue[]): number {
  let distance = 0;
  for (const issue of errors) {
    if (issue.path.length === 0 && issue.code === 'invalid_type') distance += 1_000;
    else distance += issue.code === 'unrecognized_keys' ? 10 * issue.keys.length : isMissingKey(issue) ? 10 : 1;
  }
  return distance;
}

function isMissingKey(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 1 && issue.message.endsWith('received undefined');
}
