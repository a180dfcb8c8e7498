/** The door of this room. SQL text: its tokens, its places, its names, and edits of it. */
export { applyEdits, countUpTo, type Edit, type EditedText } from './edits.js';
export { quoteIdentifier } from './identifiers.js';
export { isWordStart } from './characters.js';
export { endOfOperators, tokenAt, tokenize } from './lexer.js';
export { isBlank, type Token } from './token.js';
export { byteOffsets, codePointOffset, type Position, positionAt, type SourceFile, withLineFeeds } from './source.js';
export { catalogName } from './type-names.js';
