/** `sqlward audit`: which queries are guarded, and how. */
import { auditReport, type AuditReport, formatAudit } from '../reports/index.js';
import { forEachProject } from './generate.js';
import type { Invocation } from './projects.js';

/** Whether every query is in the list. */
export async function audit(run: Invocation, json: boolean, keepGoing = false): Promise<boolean> {
  const config = await run.readConfig();
  const reports: AuditReport[] = [];
  const complete = await forEachProject(
    run,
    config,
    (compilation) => {
      reports.push(auditReport(compilation));
    },
    { keepGoing, verb: 'listed' },
  );
  const report: AuditReport = { queries: reports.flatMap(({ queries }) => queries) };
  run.printer.document(json ? JSON.stringify(report, undefined, 2) : formatAudit(report));
  return complete;
}
