/**
 * What is known of the texts seen lately.
 *
 * Invariant: it holds no more than twice its limits. Texts come in two generations: when the
 * younger one is full it becomes the older, and what nobody asked for since is forgotten.
 */
export class TextCache<Known> {
  #young = new Map<string, Known>();
  #old = new Map<string, Known>();
  #characters = 0;

  /** The limits of one generation; a text longer than `characters` is not kept. */
  constructor(
    private readonly texts: number,
    private readonly characters: number,
  ) {}

  /** How many texts it holds; one that was asked for again may count twice. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** What is known of a text; asks `learn` only where nothing is, and keeps nothing where that throws. */
  get(text: string, learn: (text: string) => Known): Known {
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const known = this.#old.get(text) ?? learn(text);
    if (text.length > this.characters) return known;
    if (this.#young.size >= this.texts || this.#characters + text.length > this.characters) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#characters = 0;
    }
    this.#young.set(text, known);
    this.#characters += text.length;
    return known;
  }
}
