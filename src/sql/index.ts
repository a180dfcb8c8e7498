/** The door of this room. SQL text: its tokens, its places, and edits of it. */
export { applyEdits, type Edit } from './edits.js';
export { isBlank, isWordStart, type Token, tokenAt, tokenize } from './lexer.js';
export { byteOffsets, codePointOffset, type Position, positionAt, type SourceFile } from './source.js';
