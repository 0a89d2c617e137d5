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

/** A running mean: the plain sum divided at the end, or the mean carried along once the sum overflows. */
export class KahanMean {
  #kahan = new KahanSum();
  #count = 0;
  #incremental = false;

  add(value: number): void {
    this.#count++;
    if (!this.#incremental) {
      const { sum, compensation } = this.#kahan;
      this.#kahan.add(value);
      if (this.#count === 1 || Math.abs(this.#kahan.sum) !== Infinity) return;
      this.#incremental = true;
      this.#kahan.sum = sum / (this.#count - 1);
      this.#kahan.compensation = compensation / (this.#count - 1);
    }
    const share = (this.#count - 1) / this.#count;
    this.#kahan.sum *= share;
    this.#kahan.compensation *= share;
    this.#kahan.add(value / this.#count);
  }

  get mean(): number {
    const { sum, compensation } = this.#kahan;
    return this.#incremental ? sum + compensation : sum / this.#count + compensation / this.#count;
  }
}
