/** The door of this room. SQL text: its tokens, its places, its names, and edits of it. */
export { applyEdits, type Edit, type EditedText } from './edits.js';
export { quoteIdentifier } from './identifiers.js';
export { endOfOperators, isBlank, isWordStart, type Token, tokenAt, tokenize } from './lexer.js';
export { byteOffsets, codePointOffset, type Position, positionAt, type SourceFile, withLineFeeds } from './source.js';
