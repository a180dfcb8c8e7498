/** The page's state is its address: who looks, what is searched, where in the result. Everything else follows. */
import { fetchLogs, fetchSettings, Refused, type Answer } from './api.js';
import { helpWithKeys } from './keys.js';
import { rowOf } from './rows.js';

const LIMIT = 25;

interface State {
  readonly viewer: string;
  readonly q: string;
  readonly offset: number;
}

function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`the page has no ${id}`);
  return found;
}

const viewer = element('viewer', HTMLSelectElement);
const form = element('search', HTMLFormElement);
const q = element('q', HTMLInputElement);
const problems = element('problems', HTMLUListElement);
const summary = element('summary', HTMLParagraphElement);
const table = element('logs', HTMLTableElement);
const paging = element('paging', HTMLElement);
const range = element('range', HTMLSpanElement);
const previous = element('previous', HTMLButtonElement);
const next = element('next', HTMLButtonElement);

let asked = new AbortController();

function readState(): State {
  const query = new URLSearchParams(location.search);
  const offset = Number(query.get('offset') ?? 0);
  return {
    viewer: query.get('viewer') ?? viewer.value,
    q: query.get('q') ?? '',
    offset: Number.isSafeInteger(offset) && offset > 0 ? offset : 0,
  };
}

function go(change: Partial<State>): void {
  const state = { ...readState(), ...change };
  const query = new URLSearchParams({ viewer: state.viewer, q: state.q, offset: String(state.offset) });
  history.pushState(undefined, '', `?${query.toString()}`);
  void load();
}

/** Asks for what the address says; an answer to an older question is dropped. */
async function load(): Promise<void> {
  const state = readState();
  viewer.value = state.viewer;
  q.value = state.q;
  asked.abort();
  asked = new AbortController();
  const { signal } = asked;
  table.ariaBusy = 'true';
  summary.textContent = 'Loading…';
  try {
    show(state, await fetchLogs(state.viewer, state.q, LIMIT, state.offset, signal));
  } catch (error) {
    if (!signal.aborted) showFailure(error);
  } finally {
    if (!signal.aborted) table.ariaBusy = 'false';
  }
}

function show({ q: search, offset }: State, { connection_logs: logs, count, count_is_capped: capped }: Answer): void {
  showProblems([]);
  const now = Date.now();
  table.tBodies[0]?.replaceChildren(...logs.map((log) => rowOf(log, now)));
  table.hidden = logs.length === 0;
  paging.hidden = logs.length === 0 && offset === 0;
  const total = `${capped ? 'more than ' : ''}${count.toLocaleString()}`;
  range.textContent = logs.length === 0 ? '' : `${offset + 1}–${offset + logs.length} of ${total}`;
  previous.disabled = offset === 0;
  next.disabled = logs.length < LIMIT || (!capped && offset + logs.length >= count);
  if (logs.length > 0) summary.textContent = `${total} connection ${count === 1 && !capped ? 'log' : 'logs'}, newest first.`;
  else if (offset > 0) summary.textContent = 'There are no logs this far back.';
  else summary.textContent = search === '' ? 'There are no connection logs that you may see.' : 'No connection log matches this search.';
}

function showFailure(error: unknown): void {
  table.hidden = true;
  paging.hidden = true;
  const isRefusal = error instanceof Refused;
  summary.textContent =
    isRefusal && error.validations.length > 0 ? 'The search has to be changed:' : 'The logs could not be loaded. Search again to retry.';
  const message = isRefusal ? error.message : 'the service cannot be reached';
  showProblems(isRefusal && error.validations.length > 0 ? error.validations.map(({ field, detail }) => `${field}: ${detail}`) : [message]);
}

function showProblems(lines: readonly string[]): void {
  problems.replaceChildren(
    ...lines.map((line) => {
      const item = document.createElement('li');
      item.textContent = line;
      return item;
    }),
  );
  problems.hidden = lines.length === 0;
  q.setAttribute('aria-invalid', String(lines.length > 0));
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  go({ q: q.value.trim(), offset: 0 });
});
viewer.addEventListener('change', () => go({ viewer: viewer.value, offset: 0 }));
previous.addEventListener('click', () => go({ offset: Math.max(0, readState().offset - LIMIT) }));
next.addEventListener('click', () => go({ offset: readState().offset + LIMIT }));
window.addEventListener('popstate', () => void load());
document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  q.focus();
});

const settings = await fetchSettings();
viewer.replaceChildren(...settings.viewers.map((name) => new Option(name, name)));
helpWithKeys(q, element('keys', HTMLUListElement), settings.keys);
await load();
