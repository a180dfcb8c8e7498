/**
 * A literal is no condition, but PostgreSQL takes `'yes'` for true where it expects a boolean. A
 * value that was meant for a comparison and ended up alone must not open every row, whatever
 * brackets, NOT or casts stand around it.
 *
 * Invariant: each token is looked at once. Whatever does not go on as a lone literal is a condition,
 * and nothing behind it can make it one again.
 */
import type { Token } from '../../sql/index.js';

/** What may come next; 'condition' where the tokens are more than a literal. */
type State =
  /** A literal, or what may stand before one. */
  | 'start'
  /** Behind a name that may be a type's, as in `bool 'yes'`. */
  | 'name'
  | 'nameDot'
  | 'cast'
  /** Behind the literal: its end, `::`, a bracket, a further part. */
  | 'value'
  | 'uescape'
  | 'type'
  | 'typeName'
  /** Behind AS in CAST: anything up to the bracket. */
  | 'castType'
  | 'condition';

/** Reads tokens in order, without white space and comments. */
export class LoneLiteral {
  #state: State = 'start';
  #literal: 'literal' | number = 'literal';
  /** Whether a further string would still be a part of the literal. */
  #isBare = false;
  #name = '';
  /** For each open bracket, whether it is CAST's. */
  readonly #brackets: boolean[] = [];

  /** 'literal' for one string literal, the number of one placeholder, undefined for a condition. */
  get found(): 'literal' | number | undefined {
    const isWhole = this.#brackets.length === 0 && (this.#state === 'value' || this.#state === 'typeName');
    return isWhole ? this.#literal : undefined;
  }

  read(text: string, { kind, start, end }: Token): void {
    if (this.#state === 'condition') return;
    switch (kind) {
      case 'string':
      case 'escapeString':
      case 'bitString':
      case 'dollarString':
        this.#state = this.#afterString();
        break;
      case 'placeholder':
        this.#state = this.#state === 'start' ? 'value' : 'condition';
        this.#literal = Number(text.slice(start + 1, end));
        this.#isBare = false;
        break;
      case 'word':
        this.#state = this.#afterWord(text.slice(start, end).toLowerCase());
        break;
      case 'quotedIdentifier':
        this.#state = this.#afterName(text.slice(start + 1, end - 1));
        break;
      case 'punctuation':
        this.#state = this.#afterMark(text.slice(start, end));
        break;
      default:
        this.#state = 'condition';
    }
  }

  #afterString(): State {
    switch (this.#state) {
      case 'start':
      case 'name':
        this.#literal = 'literal';
        this.#isBare = true;
        return 'value';
      case 'value':
        return this.#isBare ? 'value' : 'condition';
      case 'uescape':
        return 'value';
      case 'castType':
        return 'castType';
      default:
        return 'condition';
    }
  }

  #afterWord(word: string): State {
    switch (this.#state) {
      case 'start':
        if (word === 'not') return 'start';
        return word === 'cast' ? 'cast' : this.#afterName(word);
      case 'value':
        if (word === 'uescape' && this.#isBare) return 'uescape';
        return word === 'as' ? this.#afterAs() : 'condition';
      case 'typeName':
        return word === 'as' ? this.#afterAs() : 'condition';
      default:
        return this.#afterName(word);
    }
  }

  #afterAs(): State {
    return this.#brackets.at(-1) === true ? 'castType' : 'condition';
  }

  #afterName(name: string): State {
    switch (this.#state) {
      case 'start':
      case 'nameDot':
        this.#name = name;
        return 'name';
      case 'type':
        return 'typeName';
      case 'castType':
        return 'castType';
      default:
        return 'condition';
    }
  }

  #afterMark(mark: string): State {
    switch (mark) {
      case '(': {
        const isCast = this.#state === 'cast';
        // `bool('yes')` is a cast that looks like a function.
        const opens = isCast || this.#state === 'start' || (this.#state === 'name' && /^bool(?:ean)?$/.test(this.#name));
        if (opens) this.#brackets.push(isCast);
        return opens ? 'start' : 'condition';
      }
      case ')': {
        const closes = this.#state === 'value' || this.#state === 'typeName' || this.#state === 'castType';
        const isCast = this.#brackets.pop();
        this.#isBare = false;
        // CAST without AS is none.
        return closes && isCast !== undefined && isCast === (this.#state === 'castType') ? 'value' : 'condition';
      }
      case '::':
        return this.#state === 'value' || this.#state === 'typeName' ? 'type' : 'condition';
      case '.':
        if (this.#state === 'name') return 'nameDot';
        if (this.#state === 'castType') return 'castType';
        return this.#state === 'typeName' ? 'type' : 'condition';
      default:
        return 'condition';
    }
  }
}
