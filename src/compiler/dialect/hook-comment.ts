/** The comment that marks where a caller's filter joins a WHERE clause. */

const EXACT = /^-- @authorize_filter\s*$/;
const MENTION = /authorize_filter/i;

/** True for a line comment that is the hook: nothing else on it but white space at its end. */
export function isHookComment(comment: string): boolean {
  return EXACT.test(comment);
}

/** True for a comment that may be meant as a hook, so that it must not vanish unseen. */
export function mentionsHook(comment: string): boolean {
  return MENTION.test(comment);
}
