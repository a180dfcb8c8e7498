/**
 * The comment that marks where a caller's filter joins a WHERE clause, and whether a careful reader
 * would take another comment for it.
 *
 * Invariant: a comment is judged by how it looks, not by how it is encoded: letters of other scripts count
 * as the Latin ones that they resemble, and invisible characters do not count.
 */
import { editDistance } from '../../edit-distance.js';

/** True for a line comment that is exactly the hook; white space may follow. */
export const isHookComment = (comment: string): boolean => /^-- @authorize_filter\s*$/.test(comment);

/** True for a comment that may be meant as a hook, and so must not be dropped silently. */
export const mentionsHook = (comment: string): boolean => /authorize_filter/i.test(comment);

/** Each letter that looks like a Latin one in most fonts, with that one; a group begins with the Latin letter. */
const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  'aаαɑᴀꭺ bвЬβ cсϲᴄ dԁꓒ eеεєᴇё fғꜰϝſ hһнհʜη iіιıɩɪїӏ lӏʟǀⅼ nпռɴ oоοօᴏσ0 rгʀρᴦ sѕꜱ tτтᴛւ uυսᴜц zƶᴢζʐ3'
    .split(' ')
    .flatMap(([latin = '', ...others]) => others.map((other) => [other, latin] as const)),
);

/** Characters that are invisible or look like a space. */
const UNSEEN = /[\p{Cf}\p{M}\u115f\u1160\u3164\uffa0\u2800]|(?![\n\t])\p{Cc}/gu;

/** A text as it looks: in lower-case Latin letters, without accents and invisible characters. */
function asSeen(text: string): string {
  const plain = text.normalize('NFKD').replace(UNSEEN, '').toLowerCase();
  // eslint-disable-next-line no-control-regex -- ASCII looks like nothing else
  return plain.replace(/[^\x00-\x7f]/gu, (letter) => LOOKALIKES.get(letter) ?? letter);
}

const NAME = 'authorizefilter';
/** The name in two words, or as one, in either spelling and in short. */
const WHOLE = /^auth(?:z|ori[sz]\p{L}*)?filters?$/u;
/** What begins a marker of other tools, and of this one. */
const SIGN = /^[^\p{L}\p{N}\n]*(?:[@$%&#:~^|\\]|\{\{|<<?|\[\[?)[^\p{L}\p{N}\n]*/u;
const STRONG_SIGN = /[@$]|\{\{/;
/** The name at the end, and as a marker there. */
const AT_END = 'authori[sz]e[^\\p{L}\\p{N}]?filter[^\\p{L}\\p{N}]*$';
const LAST = new RegExp(`(?<![\\p{L}\\p{N}])${AT_END}`, 'u');
const LAST_MARKED = new RegExp(`(?:^|\\s)@(?:\\w*_)?${AT_END}`, 'u');
const FIRST_WORD = /^auth(?:z|n?|ori[sz](?:e[sdr]?|ation|ing))$/;

/** Whether a line of a comment, or all of a line comment, is meant as the hook. */
export function looksLikeHook(line: string): boolean {
  const seen = asSeen(line).trim();
  const words = wordsOf(seen.replace(/^[^\p{L}\p{N}]*(?:sqlc|sqlward)(?![\p{L}\p{N}])/u, ''));
  // Nothing but the name, whatever stands before, behind and between.
  if (words.join('') === NAME || (words.length > 0 && words.length <= 2 && WHOLE.test(words.join('')))) return true;
  const sign = SIGN.exec(seen)?.[0] ?? '';
  if (sign !== '') {
    const [first = '', second = ''] = wordsOf(seen.slice(sign.length));
    if (isClose(first) || (distance(second, 'filter') <= 2 && isClose(first + second))) return true;
    if (STRONG_SIGN.test(sign) && (FIRST_WORD.test(first) || distance(first, 'authorize') <= 1)) return true;
    if (STRONG_SIGN.test(sign) && ((first === 'filter' && FIRST_WORD.test(second)) || LAST.test(seen))) return true;
  }
  // In the middle of prose it is only a mention, unless dashes precede it or it is the last word.
  return (
    /--\s*@\s*auth\p{L}*[^\p{L}\p{N}]*filter/u.test(seen.slice(2)) ||
    LAST_MARKED.test(seen) ||
    (/^(?:and|or|where|hook|todo|fixme)$/.test(words[0] ?? '') && words.length === 3 && LAST.test(seen))
  );
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

/** Close to the name in one word. A letter that looks like none of ours is half a difference. */
function isClose(word: string): boolean {
  return (/^auth\p{L}*filter/u.test(word) || distance(word, NAME) <= 4) && word.replace(/[^a-z]/g, '').length > NAME.length / 2;
}

const distance = (left: string, right: string): number => editDistance(left, right, (letter) => (/[a-z0-9]/.test(letter) ? 1 : 0.5));
