/** Coefficients that are not negative and come nearest to `rows x coefficients = wanted`, each row with its weight, by coordinate descent. */
export function fitNonNegative(rows: readonly (readonly number[])[], wanted: readonly number[], weights: readonly number[]): number[] {
  const width = rows[0]?.length ?? 0;
  const gram = Array.from({ length: width }, (_, a) => Array.from({ length: width }, (_, b) => dot(rows, weights, (row) => (row[a] as number) * (row[b] as number))));
  const right = Array.from({ length: width }, (_, a) => dot(rows, weights, (row, at) => (row[a] as number) * (wanted[at] as number)));
  const found = new Array<number>(width).fill(0);
  for (let round = 0; round < 2_000; round++) {
    for (let a = 0; a < width; a++) {
      const own = gram[a]?.[a] as number;
      if (own === 0) continue;
      let rest = right[a] as number;
      for (let b = 0; b < width; b++) if (b !== a) rest -= (gram[a]?.[b] as number) * (found[b] as number);
      found[a] = Math.max(0, rest / own);
    }
  }
  return found;
}

function dot(rows: readonly (readonly number[])[], weights: readonly number[], term: (row: readonly number[], at: number) => number): number {
  let sum = 0;
  for (let at = 0; at < rows.length; at++) sum += (weights[at] as number) * term(rows[at] as readonly number[], at);
  return sum;
}

/** Which part of the ups and downs of `wanted` the coefficients explain, each row with its weight. */
export function explained(rows: readonly (readonly number[])[], wanted: readonly number[], { weights, found }: { readonly weights: readonly number[]; readonly found: readonly number[] }): number {
  const total = weights.reduce((sum, each) => sum + each, 0);
  const mean = wanted.reduce((sum, each, at) => sum + each * (weights[at] as number), 0) / total;
  let [left, all] = [0, 0];
  for (let at = 0; at < rows.length; at++) {
    const expected = (rows[at] as readonly number[]).reduce((sum, each, a) => sum + each * (found[a] as number), 0);
    left += (weights[at] as number) * ((wanted[at] as number) - expected) ** 2;
    all += (weights[at] as number) * ((wanted[at] as number) - mean) ** 2;
  }
  return all === 0 ? 1 : 1 - left / all;
}
