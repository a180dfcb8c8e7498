/** The list of keys under the search box: an editable combobox as WAI-ARIA describes it, for keyboard and pointer. */
import type { KeyHelp } from './api.js';

export function helpWithKeys(input: HTMLInputElement, list: HTMLUListElement, keys: readonly KeyHelp[]): void {
  let shown: readonly KeyHelp[] = [];
  let chosen = -1;

  const show = (found: readonly KeyHelp[]): void => {
    shown = found;
    chosen = -1;
    list.replaceChildren(...found.map((key, index) => optionOf(key, index)));
    list.hidden = found.length === 0;
    input.setAttribute('aria-expanded', String(found.length > 0));
    input.removeAttribute('aria-activedescendant');
  };
  const choose = (index: number): void => {
    chosen = index;
    [...list.children].forEach((option, at) => option.setAttribute('aria-selected', String(at === index)));
    const option = list.children[index];
    if (option === undefined) return;
    input.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  };
  const take = (index: number): void => {
    const key = shown[index];
    if (key === undefined) return;
    const { start } = wordAt(input);
    input.setRangeText(`${key.name}:`, start, input.selectionStart ?? input.value.length, 'end');
    show([]);
    input.focus();
  };

  const optionOf = ({ name, form, example }: KeyHelp, index: number): HTMLLIElement => {
    const option = document.createElement('li');
    option.id = `key-${index}`;
    option.role = 'option';
    option.ariaSelected = 'false';
    const term = document.createElement('code');
    term.textContent = `${name}:`;
    const note = document.createElement('small');
    note.textContent = form;
    option.title = example;
    option.append(term, note);
    // Before the input loses its focus, and with it the place where the key goes.
    option.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      take(index);
    });
    return option;
  };

  input.addEventListener('input', () => {
    const { word } = wordAt(input);
    show(word === '' || word.includes(':') ? [] : keys.filter(({ name }) => name.startsWith(word.toLowerCase())));
  });
  input.addEventListener('blur', () => show([]));
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' && list.hidden) show(keys);
    const count = shown.length;
    if (event.key === 'Escape' && count > 0) show([]);
    else if (count > 0 && event.key === 'ArrowDown') choose((chosen + 1) % count);
    else if (count > 0 && event.key === 'ArrowUp') choose((chosen - 1 + count) % count);
    else if (chosen >= 0 && (event.key === 'Enter' || event.key === 'Tab')) take(chosen);
    else return;
    event.preventDefault();
  });
}

/** What was typed of the word in which the caret is. */
function wordAt(input: HTMLInputElement): { readonly start: number; readonly word: string } {
  const before = input.value.slice(0, input.selectionStart ?? input.value.length);
  const start = before.search(/\S*$/);
  return { start, word: before.slice(start) };
}
