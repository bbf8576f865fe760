/** Counts work against a bound for the sum of many things. Must not decide what happens past it. */

/** A bound that is used up bit by bit, called as `limit` calls it. */
export class Budget {
  readonly name: string;
  readonly most: number;
  readonly #over: ((most: number) => Error) | undefined;
  #spent = 0;

  /** `over` makes the error that ends the work past the bound; without it whoever spends asks. */
  constructor(name: string, most: number, over?: (most: number) => Error) {
    this.name = name;
    this.most = most;
    this.#over = over;
  }

  /** Counts; whether that much was left. Throws what `over` makes where it was not, now and from then on. */
  spend(amount = 1): boolean {
    this.#spent += amount;
    if (this.#spent <= this.most) return true;
    if (this.#over !== undefined) throw this.#over(this.most);
    return false;
  }

  /** Everything that was counted, past the bound as well. */
  get spent(): number {
    return this.#spent;
  }

  get isOver(): boolean {
    return this.#spent > this.most;
  }
}
