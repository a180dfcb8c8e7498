/**
 * A hook that keeps its query from being SQL at all.
 *
 * Invariant: a syntax error is put down to a hook only where the text parses once the hook is out
 * of the way, so that the author is never sent to the wrong line.
 */
import type { Hook, RewrittenQuery } from '../dialect/index.js';
import { clauseAt, type Found } from './clause.js';
import { type Advice, hookSaid, misplaced, NO_INSERT, type PastHook, type Refusal, rowsOf, UNPARSABLE } from './messages.js';
import { type Parse, statementAround, tryParse } from './place.js';

const HOOK = 'AND (true)';

/** What is wrong with the hooks of a text that does not parse; empty where they are not to blame. */
export function blameHooks({ text, hooks }: RewrittenQuery, parse: Parse): readonly Refusal[] {
  const isBare = hooks.map(({ at }) => /^(?:where|and|or|not|on|when|having|\()$/.test(clauseAt(text, at).before));
  /** The text with each hook out of the way but one; where a condition is missing, as one. */
  const without = (asCondition: boolean, kept?: Hook): string =>
    hooks.reduce((edited, hook, index) => {
      const variant = hook === kept ? HOOK : asCondition && isBare[index] ? '    (true)' : ' '.repeat(HOOK.length);
      return edited.slice(0, hook.at) + variant + edited.slice(hook.until);
    }, text);
  const asCondition = [false, true].find((way) => tryParse(parse, without(way)));
  if (asCondition === undefined) return [];
  return hooks.flatMap((hook, index): Refusal[] => {
    if (tryParse(parse, without(asCondition, hook))) return [];
    const found = clauseAt(without(asCondition), hook.at);
    const advice =
      asCondition && isBare[index] ? missingCondition(found.before.toUpperCase()) : adviceFor(found, text.slice(0, hook.at), parse);
    return [{ hook, advice }];
  });
}

function adviceFor({ clause, after, around }: Found, before: string, parse: Parse): Advice {
  if (clause === 'where') return hookSaid(/\bcurrent\s+of\s+\S+\s*$/i.test(before) ? UNPARSABLE.cursor : UNPARSABLE.inside);
  if (clause === 'none') return hookSaid(UNPARSABLE.early);
  if (clause !== 'from') return misplaced({ kind: clause }, statementAround(around, parse));
  return after === 'where' ? hookSaid(UNPARSABLE.beforeWhere) : missingWhere(statementAround(around, parse));
}

function missingWhere({ tables, verb }: PastHook): Advice {
  const remedy = verb === 'inserted' ? NO_INSERT : 'Write WHERE true before it.';
  return hookSaid(`has no WHERE clause to join, so all ${rowsOf(tables)} would be ${verb}\n${remedy}`);
}

/** The hook is a condition of its own where one is missing. */
function missingCondition(before: string): Advice {
  if (before === 'AND' || before === 'OR')
    return hookSaid(`brings its own AND, so the ${before} before it joins nothing\nRemove the ${before} before the hook.`);
  return hookSaid(`brings an AND, and nothing stands between ${before === '' ? 'it and the clause' : `${before} and it`} to be joined
    Write a condition before the hook, such as WHERE true.`);
}
