/**
 * A rewritten query → what PostgreSQL says of it, or why it refuses it, in the author's words.
 *
 * PostgreSQL wants one type for a parameter, and may deduce two: `SET status = @status` beside
 * `@status = 'done'` is varchar and text. sqlc, which asks no server, takes such a statement. So the
 * refusal shows the cast that decides; asked to infer, the compiler writes it itself, and says so.
 */
import { castName, type Catalog, type PgType } from '../../catalog/index.js';
import { type Description, type DescribeFailure, isFailure } from '../../database/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { type Analysis, analysisOf } from '../analysis/index.js';
import { type RewrittenQuery, serverDiagnostic } from '../dialect/index.js';
import { applyEdits, type Edit, type EditedText } from '../../sql/index.js';
import { chooseCast, isTorn, type Choice } from './choose.js';
import { castRemedy, castWarning, choiceRemedy, partialRemedy, readingsRemedy } from './messages.js';
import { castBefore, searchCasts } from './search.js';
import { readUses, withCasts, type Asker, type Cast } from './trial.js';

export interface AskInput {
  readonly rewritten: RewrittenQuery;
  /** What else the text that is sent has, such as stars written out. */
  readonly edits: readonly Edit[];
  readonly describe: (text: string) => Promise<Description | DescribeFailure>;
  readonly catalog: Catalog;
  /** Whether to write the one cast that decides. */
  readonly infer: boolean;
  /** The extension that a refusal shows to be missing. */
  readonly wantedExtension: (failure: DescribeFailure) => string | undefined;
  /** What failed in the schema, where a refusal follows from it. */
  readonly causeOf: ((failure: DescribeFailure) => Diagnostic | undefined) | undefined;
}

export interface Answer {
  /** The text that was described last, and the way back to `RewrittenQuery.text`. */
  readonly sent: EditedText;
  /** Undefined if the statement was refused; a diagnostic then says why. */
  readonly description: Description | undefined;
  /** How PostgreSQL understood the statement, by the offsets of `RewrittenQuery.text`; undefined where it did not say. */
  readonly analysis: Analysis | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Refusals that a parameter's type can cause. */
const TYPE_REFUSALS: ReadonlySet<string | undefined> = new Set(['42P08', '42883', '42804', '42846', '22P02']);

/** More uses than an author writes by hand, and more questions than an answer is worth. */
const MOST_USES = 200;
const MOST_QUESTIONS = 120;

export async function askWithCasts(input: AskInput): Promise<Answer> {
  const { rewritten, edits } = input;
  const sent = applyEdits(rewritten.text, edits);
  const answer = await input.describe(sent.text);
  if (!isFailure(answer)) return accepted(sent, answer, []);
  const refused = (remedy?: string): Answer => ({
    sent,
    description: undefined,
    analysis: undefined,
    diagnostics: [
      serverDiagnostic(rewritten, sent, answer, { extension: input.wantedExtension(answer), remedy, cause: input.causeOf?.(answer) }),
    ],
  });
  const uses = rewritten.parameters.reduce((sum, parameter) => sum + parameter.uses.length, 0);
  if (!TYPE_REFUSALS.has(answer.sqlstate) || uses > MOST_USES) return refused();
  const asker: Asker = { text: rewritten.text, edits, parameters: rewritten.parameters, describe: limited(input.describe) };
  const proposal = await propose(asker, input, answer);
  if (proposal.casts === undefined) return refused(proposal.remedy);
  const decided = withCasts(asker, proposal.casts);
  const again = await input.describe(decided.text);
  if (isFailure(again)) return refused(proposal.remedy);
  if (!input.infer) return refused(castRemedy(rewritten, proposal.casts));
  return accepted(
    decided,
    again,
    proposal.casts.map((cast) => castWarning(rewritten, cast)),
  );
}

function accepted(sent: EditedText, description: Description, diagnostics: readonly Diagnostic[]): Answer {
  const { trees } = description;
  return { sent, description, analysis: trees && analysisOf(trees, sent.text, sent.origin), diagnostics };
}

/** The casts that decide, or a remedy if nothing is certain. */
type Proposal =
  { readonly casts: readonly Cast[]; readonly remedy?: undefined } | { readonly casts?: undefined; readonly remedy: string | undefined };

async function propose(asker: Asker, { rewritten, catalog }: AskInput, failure: DescribeFailure): Promise<Proposal> {
  const name = (type: PgType): string => castName(catalog, type);
  const readings = await readUses(asker);
  if ('message' in readings) {
    const casts = await searchCasts(asker, failure);
    if (casts) return { casts };
    const cast = await castBefore(asker, failure, readings);
    return { remedy: cast && partialRemedy(rewritten, cast, readings.message) };
  }
  const choices: Choice[] = [];
  for (const parameter of asker.parameters) {
    if (!(await isTorn(readings, parameter))) continue;
    const choice = await chooseCast(readings, catalog, name, parameter);
    if (choice === undefined) {
      const typed = readings.of(parameter).flatMap(({ use, typeOid }) => {
        const type = catalog.types.get(typeOid);
        return type ? [{ use, type: name(type) }] : [];
      });
      return { remedy: readingsRemedy(rewritten, typed) };
    }
    choices.push(choice);
  }
  const open = choices.find(({ types }) => types.length > 1);
  if (open) return { remedy: choiceRemedy(rewritten, open.use, open.types.map(name)) };
  const casts = choices.flatMap(({ number, use, types }) => types.map((type) => ({ number, use, type: name(type) })));
  return casts.length === 0 ? { remedy: undefined } : { casts };
}

/** Refuses by itself once the server was asked often enough. */
function limited(describe: AskInput['describe']): AskInput['describe'] {
  let asked = 0;
  return async (text) => {
    asked++;
    if (asked <= MOST_QUESTIONS) return describe(text);
    return { message: 'asked too often', sqlstate: undefined, hint: undefined, detail: undefined, position: undefined };
  };
}
