/** Coefficients that are not negative and come nearest to `rows x coefficients = wanted`, each row with its weight, by coordinate descent. */
export function fitNonNegative(rows: readonly (readonly number[])[], wanted: readonly number[], weights: readonly number[]): number[] {
  const width = rows[0]?.length ?? 0;
  const gram = Array.from({ length: width }, (_, a) => Array.from({ length: width }, (_, b) => dot(rows, weights, (row) => (row[a] as number) * (row[b] as number))));
  const right = Array.from({ length: width }, (_, a) => dot(rows, weights, (row, at) => (row[a] as number) * (wanted[at] as number)));
  const found = Array.from({ length: width }, () => 0);
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
