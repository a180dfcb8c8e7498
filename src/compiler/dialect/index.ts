/** The door of this room. sqlc's language: query files to native SQL, with the place of each part in the author's file. */
export { commentEdits } from './comments.js';
export { type Command, COMMANDS, type Takes } from './command.js';
export { looksLikeHook } from './hook-comment.js';
export { roleWarnings, serverDiagnostic, syntaxDiagnostic } from './refusal.js';
export { type DeclaredParameter, type Hook, type ParameterUse, rewriteQuery, type RewrittenQuery } from './rewrite.js';
export { type AnnotatedQuery, findDuplicateNames, inQuery, splitQueries, warningIn } from './split.js';
export { copyTarget, overridingEdits, validateCommand } from './validate.js';
