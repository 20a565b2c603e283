// The button that goes round light, dark and whatever the system says.
import { type IconName, icon } from './icons.ts';
import { keep } from './kept.ts';

type Theme = 'auto' | 'light' | 'dark';

const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const WORDS: Readonly<Record<Theme, string>> = { auto: 'as the system', light: 'light', dark: 'dark' };
const ICONS: Readonly<Record<Theme, IconName>> = { auto: 'auto', light: 'sun', dark: 'moon' };

/** Makes a button choose the theme; the choice is kept in this browser and tells other tabs. */
export function themeButton(button: HTMLElement): void {
  const root = document.documentElement;
  const chosen = (): Theme => themeOf(root.dataset['theme']);
  const show = (): void => {
    const theme = chosen();
    button.replaceChildren(icon(ICONS[theme]));
    button.setAttribute('aria-label', `Theme: ${WORDS[theme]}`);
    button.title = `Theme: ${WORDS[theme]}`;
  };
  const choose = (theme: Theme): void => {
    if (theme === 'auto') delete root.dataset['theme'];
    else root.dataset['theme'] = theme;
    show();
  };
  button.addEventListener('click', () => {
    const theme = NEXT[chosen()];
    keep('theme', theme === 'auto' ? undefined : theme);
    choose(theme);
  });
  addEventListener('storage', ({ key, newValue }) => {
    if (key === 'hookline.theme') choose(themeOf(newValue));
  });
  show();
}

const themeOf = (name: unknown): Theme => (name === 'light' || name === 'dark' ? name : 'auto');
