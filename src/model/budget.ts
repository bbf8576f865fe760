/** Counts work against a bound for the sum of many things. Must not decide what happens past it. */

/** A bound that is used up bit by bit, called as `limit` calls it. */
export class Budget {
  readonly name: string;
  readonly most: number;
  #spent = 0;

  constructor(name: string, most: number) {
    this.name = name;
    this.most = most;
  }

  /** Counts; whether that much was left. */
  spend(amount = 1): boolean {
    this.#spent += amount;
    return this.#spent <= this.most;
  }

  /** Everything that was counted, past the bound as well. */
  get spent(): number {
    return this.#spent;
  }

  get isOver(): boolean {
    return this.#spent > this.most;
  }
}
