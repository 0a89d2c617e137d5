/** A running sum that keeps the low bits it loses (Kahan and Neumaier), as Prometheus sums. */
export class KahanSum {
  sum: number;
  compensation = 0;

  constructor(start = 0) {
    this.sum = start;
  }

  add(value: number): void {
    const total = this.sum + value;
    if (Math.abs(total) === Infinity) this.compensation = 0;
    else if (Math.abs(this.sum) >= Math.abs(value)) this.compensation += this.sum - total + value;
    else this.compensation += value - total + this.sum;
    this.sum = total;
  }

  get total(): number {
    return Math.abs(this.sum) === Infinity ? this.sum : this.sum + this.compensation;
  }
}

/** Running sums side by side, one per step; see {@link KahanSum}. */
export class KahanColumn {
  readonly sums: Float64Array;
  readonly compensations: Float64Array;

  /** Both columns must be zero. */
  constructor(sums: Float64Array, compensations: Float64Array) {
    this.sums = sums;
    this.compensations = compensations;
  }

  add(step: number, value: number): void {
    const before = this.sums[step] as number;
    const total = before + value;
    this.sums[step] = total;
    if (Math.abs(total) === Infinity) this.compensations[step] = 0;
    else if (Math.abs(before) >= Math.abs(value)) this.compensations[step]! += before - total + value;
    else this.compensations[step]! += value - total + before;
  }

  total(step: number): number {
    const sum = this.sums[step] as number;
    return Math.abs(sum) === Infinity ? sum : sum + (this.compensations[step] as number);
  }
}

/** Running means side by side, one per step: sums divided at the end, or the mean carried along once a sum overflows. */
export class KahanMeanColumn {
  readonly #kahan: KahanColumn;
  readonly #counts: Float64Array;
  readonly #incremental: Uint8Array;

  constructor(kahan: KahanColumn, steps: number) {
    this.#kahan = kahan;
    this.#counts = new Float64Array(steps);
    this.#incremental = new Uint8Array(steps);
  }

  add(step: number, value: number): void {
    const count = (this.#counts[step]! += 1);
    const { sums, compensations } = this.#kahan;
    if (this.#incremental[step] === 0) {
      const [sum, compensation] = [sums[step] as number, compensations[step] as number];
      this.#kahan.add(step, value);
      if (count === 1 || Math.abs(sums[step] as number) !== Infinity) return;
      this.#incremental[step] = 1;
      sums[step] = sum / (count - 1);
      compensations[step] = compensation / (count - 1);
    }
    const share = (count - 1) / count;
    sums[step]! *= share;
    compensations[step]! *= share;
    this.#kahan.add(step, value / count);
  }

  mean(step: number): number {
    const [sum, compensation] = [this.#kahan.sums[step] as number, this.#kahan.compensations[step] as number];
    const count = this.#counts[step] as number;
    return this.#incremental[step] === 1 ? sum + compensation : sum / count + compensation / count;
  }
}
