/**
 * A rewritten query → what PostgreSQL says of it, or why it refuses it, in the author's words.
 *
 * PostgreSQL wants one type for a parameter, and may deduce two: `SET status = @status` beside
 * `@status = 'done'` is varchar and text. sqlc, which asks no server, takes such a statement. So the
 * refusal shows the cast that decides; asked to infer, the compiler writes it itself, and says so.
 */
import { type Catalog, castName } from '../../catalog/index.js';
import { type Description, type DescribeFailure, isFailure, missingExtension } from '../../database/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { type Analysis, analysisOf } from '../analysis/index.js';
import { type ParameterUse, type RewrittenQuery, serverDiagnostic, warningIn } from '../dialect/index.js';
import { applyEdits, type EditedText, positionAt } from '../../sql/index.js';
import { chooseCast, isTorn } from './choose.js';
import { searchCasts } from './search.js';
import { readUses, withCasts, type Asker, type Cast } from './trial.js';

export interface AskInput extends Asker {
  /** Whether to write the one cast that decides. */
  readonly infer: boolean;
  /** What failed in the schema, where a refusal follows from it. */
  readonly causeOf: ((failure: DescribeFailure) => Diagnostic | undefined) | undefined;
}

/** What the server says of a text that it does not refuse. */
export interface Accepted {
  /** The text that was described last, and the way back to `RewrittenQuery.text`. */
  readonly sent: EditedText;
  readonly description: Description;
  /** How PostgreSQL understood the statement, by the offsets of `RewrittenQuery.text`; undefined where it did not say. */
  readonly analysis: Analysis | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A diagnostic says why a statement was refused. */
export type Answer = Accepted | { readonly description: undefined; readonly diagnostics: readonly Diagnostic[] };

/** Refusals that a parameter's type can cause. */
const TYPE_REFUSALS: ReadonlySet<string | undefined> = new Set(['42P08', '42883', '42804', '42846', '22P02']);

/** More uses than an author writes by hand, and more questions than an answer is worth. */
const MOST_USES = 200;
const MOST_QUESTIONS = 120;
const ASKED_TOO_OFTEN = { message: 'asked too often', sqlstate: undefined, hint: undefined, detail: undefined, position: undefined };

export async function askWithCasts(input: AskInput): Promise<Answer> {
  const { rewritten, edits } = input;
  const sent = applyEdits(rewritten.text, edits);
  const answer = await input.describe(sent.text);
  if (!isFailure(answer)) return accepted(sent, answer, []);
  const refused = (remedy?: string): Answer => {
    const known = { extension: wantedExtension(answer, input.catalog), remedy, cause: input.causeOf?.(answer) };
    return { description: undefined, diagnostics: [serverDiagnostic(rewritten, sent, answer, known)] };
  };
  const uses = rewritten.parameters.reduce((sum, parameter) => sum + parameter.uses.length, 0);
  if (!TYPE_REFUSALS.has(answer.sqlstate) || uses > MOST_USES) return refused();
  let asked = 0;
  /** Refuses by itself once the server was asked often enough. */
  const describe: Asker['describe'] = async (text) => (++asked <= MOST_QUESTIONS ? input.describe(text) : ASKED_TOO_OFTEN);
  const casts = await propose({ ...input, describe }, answer);
  if (casts === undefined || typeof casts === 'string') return refused(casts);
  const decided = withCasts(input, casts);
  const again = await input.describe(decided.text);
  if (isFailure(again)) return refused();
  if (!input.infer) {
    const written = casts.map((cast) => `${shown(cast)} at ${placeOf(rewritten, cast.use)}`).join(' and ');
    return refused(`Write ${written}; or set "parameters: infer" in the options, which does it for you.`);
  }
  const warnings = casts.map(({ use, type }) => {
    const cast = `${use.written}::${type}`;
    const message = `PostgreSQL does not agree with itself on the type of ${use.written}, so it is sent as ${cast}`;
    return warningIn(rewritten.annotated, message, `Write \`${cast}\` here, and the query no longer depends on "parameters: infer".`, use);
  });
  return accepted(decided, again, warnings);
}

function accepted(sent: EditedText, description: Description, diagnostics: readonly Diagnostic[]): Answer {
  const { trees } = description;
  return { sent, description, analysis: trees && analysisOf(trees, sent.text, sent.origin), diagnostics };
}

/** The extension that a refused query needs, where the database does not have it. */
function wantedExtension({ sqlstate, message }: DescribeFailure, { functionsByName }: Catalog): string | undefined {
  const missing = missingExtension({ code: sqlstate, message })?.name;
  const isThere = [...functionsByName.values()].some((overloads) => overloads.some(({ extension }) => extension === missing));
  return isThere ? undefined : missing;
}

/** The casts that decide, or a remedy if nothing is certain. */
async function propose(asker: Asker, failure: DescribeFailure): Promise<readonly Cast[] | string | undefined> {
  const { rewritten, catalog } = asker;
  const readings = await readUses(asker);
  if ('message' in readings) {
    const { casts, partial } = await searchCasts(asker, failure, readings);
    if (casts !== undefined || partial === undefined) return casts;
    // PostgreSQL has something else against the statement, which it says only when the cast is there.
    return `Write ${shown(partial)} at ${placeOf(rewritten, partial.use)}, and mend what PostgreSQL then says: ${readings.message}.`;
  }
  const casts: Cast[] = [];
  let remedy: string | undefined;
  for (const parameter of rewritten.parameters) {
    if (!(await isTorn(readings, parameter))) continue;
    const choices = await chooseCast(asker, readings, parameter);
    const [cast, other] = choices;
    if (cast === undefined) {
      const own = readings.of(parameter).flatMap(({ use, typeOid }) => {
        const type = catalog.types.get(typeOid);
        return type ? [`${castName(catalog, type)} at ${placeOf(rewritten, use)}`] : [];
      });
      const written = parameter.uses[0]?.written ?? '';
      return `Give each meaning a parameter of its own, or cast where they differ: ${written} is ${own.join(', ')}.`;
    }
    casts.push(cast);
    if (other !== undefined) {
      const written = choices.map(shown).join(' or ');
      remedy ??= `Write ${written} at ${placeOf(rewritten, cast.use)}: each would do, and they do not mean the same.`;
    }
  }
  return remedy ?? (casts.length > 0 ? casts : undefined);
}

function shown({ use, type }: Cast): string {
  return `\`${use.written}::${type}\``;
}

function placeOf({ annotated }: RewrittenQuery, { start }: ParameterUse): string {
  const { line, column } = positionAt(annotated.file.text, start);
  return `${line}:${column}`;
}
