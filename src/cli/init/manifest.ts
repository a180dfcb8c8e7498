/** Scripts added to a `package.json` that keeps its own, and its indentation. */

/** Undefined where nothing is to be added, or the text is no JSON object. */
export function withScripts(text: string, scripts: Readonly<Record<string, string>>): string | undefined {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) return undefined;
  const existing: Record<string, unknown> = 'scripts' in manifest && typeof manifest.scripts === 'object' ? { ...manifest.scripts } : {};
  const missing = Object.entries(scripts).filter(([name]) => !(name in existing));
  if (missing.length === 0) return undefined;
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  const end = text.endsWith('\n') ? '\n' : '';
  return JSON.stringify({ ...manifest, scripts: { ...existing, ...Object.fromEntries(missing) } }, undefined, indent) + end;
}
