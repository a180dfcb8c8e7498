/**
 * `sqlward check --database`: whether a database gives the queries what the project's own schema gives
 * them. Nothing but the queries counts: a table that none of them reads may be there or not.
 */
import type { Config } from '../config/index.js';
import type { ShapedQuery } from '../compiler/emit/index.js';
import type { Diagnostic } from '../diagnostic.js';
import { inspect } from '../reports/index.js';
import { forEachProject } from './generate.js';
import { count, seconds } from './printer.js';
import type { Invocation } from './projects.js';

/** What the two databases say of one query: by what it is about, in words. */
interface Facts {
  readonly query: ShapedQuery;
  readonly facts: ReadonlyMap<string, string>;
}

/** The configuration without `--database`, where there is a schema to compare with in every entry. */
export async function schemaConfig(run: Invocation): Promise<Config | undefined> {
  const { database: _database, ...options } = run.options;
  const config = await run.readConfig(options);
  return config.projects.every(({ schema, database }) => schema.length > 0 || database.kind === 'url') ? config : undefined;
}

/** Tells every difference as a problem of its query; answers whether there is none. */
export async function drift(run: Invocation, schema: Config): Promise<boolean> {
  const started = performance.now();
  const here = await factsOf(run, schema);
  const there = await factsOf(run, await run.readConfig());
  const differences = [...here.facts].flatMap(([key, own]) => {
    const other = there.facts.get(key);
    // A query that does not compile there has an error of its own.
    return other ? differencesOf(own, other.facts) : [];
  });
  run.printer.problems(differences, 'the database is not as the schema says');
  const isSame = differences.length === 0 && here.complete && there.complete;
  if (isSame) run.printer.say(`The database gives ${count(here.facts.size, 'query')} what the schema says (${seconds(started)}).`);
  return isSame;
}

async function factsOf(
  run: Invocation,
  config: Config,
): Promise<{ readonly facts: ReadonlyMap<string, Facts>; readonly complete: boolean }> {
  const facts = new Map<string, Facts>();
  const complete = await forEachProject(
    run,
    config,
    (compilation, folder) => {
      const { queries } = inspect(compilation);
      compilation.queries.forEach((query, index) => {
        const inspected = queries[index];
        if (inspected) facts.set(`${folder}\n${query.functionName}`, { query, facts: told(query, inspected) });
      });
    },
    { keepGoing: true, verb: 'compared' },
  );
  return { facts, complete };
}

type Inspected = ReturnType<typeof inspect>['queries'][number];

function told({ query }: ShapedQuery, { parameters, columns, cardinality }: Inspected): ReadonlyMap<string, string> {
  const type = ({ pgType, array }: { pgType: string; array: boolean }): string => `${pgType}${array ? '[]' : ''}`;
  return new Map([
    ['rows', cardinality === 'many' ? 'any number' : cardinality === 'zeroOrOne' ? 'one or none' : cardinality],
    ...parameters.map((own): [string, string] => [
      `parameter ${own.name}`,
      `${type(own)}${own.nullable ? ', may be NULL' : ''}${own.optional ? ', may be left out' : ''} (${own.tsType})`,
    ]),
    ...columns.map((own): [string, string] => [
      `column ${own.embed === null ? '' : `${own.embed}.`}${own.name}`,
      `${type(own)}, ${own.nullable ? 'may be NULL' : 'never NULL'} (${own.tsType})`,
    ]),
    ['effect', query.readOnly ? 'proven to only read' : 'not proven to only read'],
    ['plans', query.onePlan ? 'proven to have one' : 'not proven to have one'],
  ]);
}

function differencesOf({ query, facts }: Facts, there: ReadonlyMap<string, string>): readonly Diagnostic[] {
  const { file, annotationStart: start, annotationEnd: end, name } = query.query.rewritten.annotated;
  return [...new Set([...facts.keys(), ...there.keys()])].flatMap((about): readonly Diagnostic[] => {
    const [own, other] = [facts.get(about), there.get(about)].map((fact) => fact ?? 'none');
    if (own === other) return [];
    const message = `${about}: ${own} by the schema, ${other} in the database`;
    return [
      { severity: 'error', message, remedy: 'Migrate the database, or change the schema and generate.', file, start, end, query: name },
    ];
  });
}
