/** What a code unit may be a part of, as PostgreSQL's lexer has it. */

const DOLLAR = 36;
/** The characters an operator may consist of. */
const OPERATOR = '+-*/<>=~!@#%^&|`?';
export const CLASS_SPACE = 1;
export const CLASS_WORD_START = 2;
export const CLASS_DIGIT = 4;
export const CLASS_OPERATOR = 8;
export const CLASS_PUNCTUATION = 16;

const classes = new Uint8Array(128);
for (const c of ' \t\n\r\f\v') classes[c.charCodeAt(0)] = CLASS_SPACE;
for (let c = 65; c <= 90; c++) classes[c] = classes[c + 32] = CLASS_WORD_START;
classes['_'.charCodeAt(0)] = CLASS_WORD_START;
for (let c = 48; c <= 57; c++) classes[c] = CLASS_DIGIT;
for (const c of OPERATOR) classes[c.charCodeAt(0)] = CLASS_OPERATOR;
for (const c of '()[],;:.') classes[c.charCodeAt(0)] = CLASS_PUNCTUATION;

/** The class of a code unit; every unit from U+0080 on may stand in a word. NaN (the end) has none. */
export function classOf(code: number): number {
  return code < 128 ? (classes[code] ?? 0) : code >= 128 ? CLASS_WORD_START : 0;
}

export function isWordPart(code: number): boolean {
  return (classOf(code) & (CLASS_WORD_START | CLASS_DIGIT)) !== 0 || code === DOLLAR;
}

/** Whether an unquoted identifier may begin with this code unit. */
export function isWordStart(code: number): boolean {
  return (classOf(code) & CLASS_WORD_START) !== 0;
}
