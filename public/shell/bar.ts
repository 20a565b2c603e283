// Dresses the top bar that every page has: icons at the links, and the theme button.
import { byId } from '../design/dom.ts';
import { icon, isIconName } from '../design/icons.ts';
import { themeButton } from '../design/theme-button.ts';

export function dressBar(): void {
  for (const link of document.querySelectorAll<HTMLElement>('[data-icon]')) {
    const name = link.dataset['icon'];
    if (isIconName(name)) link.prepend(icon(name));
  }
  themeButton(byId('theme', HTMLButtonElement));
}
