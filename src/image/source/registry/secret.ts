/** Keeps passwords and tokens from being printed by accident. Must not offer a way to show one in a message. */
import { inspect } from "node:util";

const SHOWN = "[secret]";

/** A password or token. Every implicit conversion shows `[secret]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself: for a request's header or body, nothing else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}

/** Blanks secrets in text that came from outside, such as a registry's error that echoes the request. */
export function redact(text: string, secrets: Iterable<Secret>): string {
  let clean = text;
  for (const secret of secrets) {
    const value = secret.reveal();
    // Short ones would blank ordinary words; a secret of less than four characters protects nothing.
    if (value.length >= 4) clean = clean.replaceAll(value, SHOWN);
  }
  return clean;
}
