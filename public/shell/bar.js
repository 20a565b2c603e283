// Dresses the top bar that every page has: icons at the links, and the theme button.
import { icon } from '../design/icons.ts';
import { themeButton } from '../design/theme-button.ts';

export function dressBar() {
  for (const link of document.querySelectorAll('[data-icon]')) link.prepend(icon(link.dataset.icon));
  themeButton(document.getElementById('theme'));
}
