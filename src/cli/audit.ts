/** `sqlward audit`: which queries are guarded, and how. */
import { auditReport, type AuditReport, formatAudit } from '../reports/index.js';
import { parseOne } from '../compiler/compile-query.js';
import { forEachProject } from './generate.js';
import { print, printProgress } from './print.js';
import { readConfig, type CommonOptions } from './projects.js';

export async function audit(options: CommonOptions, json: boolean): Promise<void> {
  const config = await readConfig(options);
  const reports: AuditReport[] = [];
  await forEachProject(config, printProgress, (compilation) => {
    reports.push(auditReport(compilation, parseOne));
  });
  const report: AuditReport = { queries: reports.flatMap(({ queries }) => queries) };
  print(json ? JSON.stringify(report, undefined, 2) : formatAudit(report));
}
