/** The ratios of client CPU time as an SVG chart, readable on light and on dark pages. */
import { CASES, type CaseName } from './cases.js';
import type { Measurement } from './sampling.js';

const WIDTH = 760;
const LEFT = 110;
const RIGHT = 60;
const TOP = 62;
const BAR = 15;
const GAP = 3;
const TITLE = 24;
const AFTER_GROUP = 16;

/** Where a variant's file is not named as the library is. */
const TITLES: Readonly<Record<string, string>> = {
  prepared: 'prepared()',
  kysely: 'Kysely',
  drizzle: 'Drizzle',
  prisma: 'Prisma',
  postgres: 'postgres.js',
  bun: 'Bun.sql, in Bun',
};

/** sqlward, plain and with named statements. */
const OWN = new Set(['sqlward', 'prepared']);

/** Bars longer than this are cut, and say how long they are. */
const MOST = 5;

export function chart(measurements: readonly Measurement[], cases: readonly CaseName[], baseline: string, subtitle: string): string {
  const unit = (WIDTH - LEFT - RIGHT) / MOST;
  const parts: string[] = [];
  const baselineX = LEFT + unit;
  let y = TOP;
  for (const name of cases) {
    const group = measurements.filter((one) => one.name === name && one.variant !== baseline);
    parts.push(`<text class="case" x="${LEFT}" y="${y + 15}">${escape(CASES[name].title)}</text>`);
    y += TITLE;
    const first = y;
    for (const { variant, cpuRatio } of group) {
      const length = Math.min(cpuRatio.median, MOST) * unit;
      const own = OWN.has(variant) ? ' own' : '';
      parts.push(
        `<text class="label${own}" x="${LEFT - 8}" y="${y + 12}">${escape(TITLES[variant] ?? variant)}</text>`,
        `<rect class="bar${own}" x="${LEFT}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2"/>`,
        `<text class="value${own}" x="${(Math.max(LEFT + length, baselineX) + 6).toFixed(1)}" y="${y + 12}">${cpuRatio.median.toFixed(2)}</text>`,
      );
      y += BAR + GAP;
    }
    parts.push(`<line class="line" x1="${baselineX}" y1="${first - 4}" x2="${baselineX}" y2="${y}"/>`);
    y += AFTER_GROUP;
  }
  const height = y + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Client CPU time a call, as a ratio to raw ${escape(baseline)}">
<style>
text { font: 12px system-ui, sans-serif; fill: #3d444d; }
.title { font-size: 16px; font-weight: 600; fill: #1f2328; }
.case { font-weight: 600; fill: #1f2328; }
.label { text-anchor: end; }
.bar { fill: #afb8c1; }
.bar.own { fill: #0969da; }
.own { font-weight: 600; }
.line { stroke: #cf222e; stroke-dasharray: 4 3; }
@media (prefers-color-scheme: dark) {
text { fill: #b1bac4; }
.title, .case { fill: #f0f6fc; }
.bar { fill: #57606a; }
.bar.own { fill: #4493f8; }
.line { stroke: #f85149; }
}
</style>
<text class="title" x="16" y="26">Client CPU time a call, as a ratio to raw ${escape(baseline)}, the dashed line (less is better)</text>
<text x="16" y="46">${escape(subtitle)}</text>
${parts.join('\n')}
</svg>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
