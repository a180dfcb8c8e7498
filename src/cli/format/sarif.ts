/** SARIF 2.1.0, which code scanning services read: docs.oasis-open.org/sarif/sarif/v2.1.0. */
import type { Problem } from './problem.js';

export function formatSarif(problems: readonly Problem[], version: string): string {
  const rules = [...new Set(problems.map(ruleOf))].sort();
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: { name: 'sqlward', version, informationUri: 'https://github.com/sqlward/sqlward', rules: rules.map((id) => ({ id })) },
          },
          columnKind: 'unicodeCodePoints',
          results: problems.map(resultOf),
        },
      ],
    },
    undefined,
    2,
  )}\n`;
}

function ruleOf({ sqlstate }: Problem): string {
  return sqlstate ?? 'sqlward';
}

function resultOf(problem: Problem): unknown {
  const { severity, message, hint, help, file, line, column, endLine, endColumn } = problem;
  const text = [message, hint && `hint: ${hint}`, help && `help: ${help}`].filter((part) => part !== undefined).join('\n');
  const region = line === undefined ? {} : { region: { startLine: line, startColumn: column, endLine, endColumn } };
  return {
    ruleId: ruleOf(problem),
    level: severity,
    message: { text },
    locations: file === undefined ? [] : [{ physicalLocation: { artifactLocation: { uri: encodeURI(file) }, ...region } }],
  };
}
