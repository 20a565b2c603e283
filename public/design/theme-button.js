// The button that goes round light, dark and whatever the system says.
import { icon } from './icons.js';
import { keep } from './kept.js';

const NEXT = { auto: 'light', light: 'dark', dark: 'auto' };
const WORDS = { auto: 'as the system', light: 'light', dark: 'dark' };
const ICONS = { auto: 'auto', light: 'sun', dark: 'moon' };

/** Makes a button choose the theme; the choice is kept in this browser and tells other tabs. */
export function themeButton(button) {
  const root = document.documentElement;
  const show = () => {
    const theme = root.dataset.theme ?? 'auto';
    button.replaceChildren(icon(ICONS[theme]));
    button.setAttribute('aria-label', `Theme: ${WORDS[theme]}`);
    button.title = `Theme: ${WORDS[theme]}`;
  };
  const choose = theme => {
    if (theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = theme;
    show();
  };
  button.addEventListener('click', () => {
    const theme = NEXT[root.dataset.theme ?? 'auto'];
    keep('theme', theme === 'auto' ? undefined : theme);
    choose(theme);
  });
  addEventListener('storage', ({ key, newValue }) => {
    if (key === 'hookline.theme') choose(newValue === 'light' || newValue === 'dark' ? newValue : 'auto');
  });
  show();
}
