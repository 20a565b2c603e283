// The commands that a page names, as the user can type them: the daemon wrote into the page how this hookline is run.

/** `open` → `node /home/me/hookline/dist/cli/main.js open` */
export const command = (words: string): string => `${document.documentElement.dataset['hookline']} ${words}`;
