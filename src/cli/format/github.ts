/** GitHub's workflow commands, which become annotations: docs.github.com, "Workflow commands". */
import type { Problem } from './problem.js';

export function formatGithub(problems: readonly Problem[]): string {
  return problems.map((problem) => `${commandOf(problem)}\n`).join('');
}

function commandOf({ severity, message, file, line, column, endLine, endColumn, sqlstate, hint, help }: Problem): string {
  const properties = Object.entries({
    file,
    line,
    col: column,
    endLine,
    endColumn,
    title: sqlstate === undefined ? 'sqlward' : `sqlward ${sqlstate}`,
  })
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`]))
    .join(',');
  const text = [message, hint && `hint: ${hint}`, help && `help: ${help}`].filter((part) => part !== undefined).join('\n');
  return `::${severity} ${properties}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
