/**
 * A rewritten query → what PostgreSQL says of it, or why it refuses it, in the author's words.
 *
 * PostgreSQL wants one type for a parameter, and may deduce two: `SET status = @status` beside
 * `@status = 'done'` is varchar and text. sqlc, which asks no server, takes such a statement. So the
 * refusal shows the cast that decides; asked to infer, the compiler writes it itself, and says so.
 */
import { castName } from '../../catalog/index.js';
import { type Description, type DescribeFailure, isFailure } from '../../database/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { type Analysis, analysisOf } from '../analysis/index.js';
import { serverDiagnostic } from '../dialect/index.js';
import { applyEdits, type EditedText } from '../../sql/index.js';
import { chooseCast, isTorn } from './choose.js';
import { castRemedy, castWarning, choiceRemedy, partialRemedy, readingsRemedy } from './messages.js';
import { searchCasts } from './search.js';
import { readUses, withCasts, type Asker, type Cast } from './trial.js';

export interface AskInput extends Asker {
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
  const proposal = await propose({ ...input, describe: limited(input.describe) }, answer);
  if (proposal === undefined || typeof proposal === 'string') return refused(proposal);
  const decided = withCasts(input, proposal);
  const again = await input.describe(decided.text);
  if (isFailure(again)) return refused();
  if (!input.infer) return refused(castRemedy(rewritten, proposal));
  return accepted(
    decided,
    again,
    proposal.map((cast) => castWarning(rewritten, cast)),
  );
}

function accepted(sent: EditedText, description: Description, diagnostics: readonly Diagnostic[]): Answer {
  const { trees } = description;
  return { sent, description, analysis: trees && analysisOf(trees, sent.text, sent.origin), diagnostics };
}

/** The casts that decide, or a remedy if nothing is certain. */
async function propose(asker: Asker, failure: DescribeFailure): Promise<readonly Cast[] | string | undefined> {
  const { rewritten, catalog } = asker;
  const readings = await readUses(asker);
  if ('message' in readings) {
    const { casts, partial } = await searchCasts(asker, failure, readings);
    return casts ?? (partial && partialRemedy(rewritten, partial, readings.message));
  }
  const casts: Cast[] = [];
  let remedy: string | undefined;
  for (const parameter of rewritten.parameters) {
    if (!(await isTorn(readings, parameter))) continue;
    const [cast, ...others] = await chooseCast(asker, readings, parameter);
    if (cast === undefined) {
      const typed = readings.of(parameter).flatMap(({ use, typeOid }) => {
        const type = catalog.types.get(typeOid);
        return type ? [{ use, type: castName(catalog, type) }] : [];
      });
      return readingsRemedy(rewritten, typed);
    }
    casts.push(cast);
    if (others.length > 0) remedy ??= choiceRemedy(rewritten, [cast, ...others]);
  }
  return remedy ?? (casts.length > 0 ? casts : undefined);
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
