// A refactoring: three subagents look around in the background, each with a conversation of its own, and the main one acts on what they found.
import { act, bash, done, edit, hear, prompt, start, text, think, until, wait } from '../steps/index.ts';
import { type Story, story } from '../story.ts';
import { bundle, callers, review, variables } from './design-system-errands.ts';

const ROOT = '/home/dev/design-system';
const THEME = `${ROOT}/packages/theme/src/index.ts`;

export const designSystem: Story = story(
  {
    project: 'design-system',
    branch: 'css-variables',
    model: 'claude-opus-5-5',
    permissionMode: 'acceptEdits',
    begins: 31,
  },
  start(),
  wait(4),
  prompt(
    'I want the theme as CSS variables instead of a React context. Look into it from all sides first, then do the button.',
  ),
  think(3),
  act('Three things to know before I touch anything; I send someone for each.', callers, bundle, variables),
  done(
    'Three agents are looking: who uses the theme, what it weighs, and which values it takes. I go on when they are back.',
  ),
  hear('List theme values'),
  act(
    'All of them can be variables. I write those down while the others work.',
    edit(
      THEME,
      1,
      text`
      export const theme = {
        color: { accent: "#3b5bdb", ink: "#1a1b1e", surface: "#ffffff" },
        radius: { s: 4, m: 8, l: 16 },
      `,
      text`
      export const variables = {
        "--ds-accent": "#3b5bdb",
        "--ds-ink": "#1a1b1e",
        "--ds-radius-m": "8px",
        "--ds-radius-l": "16px",
      `,
    ),
  ),
  done('The five values in use are variables now. Two agents are still at it.'),
  hear('Find uses of useTheme'),
  done(
    'Only App and Playground bring a theme of their own; they can set the variables on their root element.',
  ),
  hear('Measure the bundle'),
  think(3),
  act(
    'Three of the five kilobytes of a button are the theme: worth it. Now the button.',
    edit(
      `${ROOT}/packages/button/src/Button.tsx`,
      5,
      text`
      const { color, radius } = useTheme();
      const style = { background: color.accent, borderRadius: radius.m };
      `,
      'const style = { background: "var(--ds-accent)", borderRadius: "var(--ds-radius-m)" };',
    ),
    edit(`${ROOT}/packages/button/src/IconButton.tsx`, 6, 'const { color } = useTheme();', ''),
  ),
  act(
    bash(
      'pnpm --filter button test',
      'Test the button',
      text`
       ✓ packages/button/src/Button.test.tsx (14)
       ✓ packages/button/src/IconButton.test.tsx (6)

            Tests  20 passed (20)
      `,
      { takes: 8.5 },
    ),
  ),
  act(
    bash(
      'pnpm --filter button build && gzip -c packages/button/dist/index.js | wc -c',
      'Weigh it again',
      '1874',
      { takes: 4.1 },
    ),
  ),
  done(
    'The button reads CSS variables: 4.8 kB became 1.9 kB, and its 20 tests pass. Next would be the card, then App and Playground, and then `useTheme()` can go.',
  ),
  wait(16),
  prompt('Nice. Go on with the card.'),
  act(
    edit(
      `${ROOT}/packages/card/src/Card.tsx`,
      7,
      "const { radius, shadow } = useTheme('card');",
      'const style = { borderRadius: "var(--ds-radius-l)", boxShadow: "var(--ds-shadow-card)" };',
    ),
  ),
  act(bash('pnpm --filter card test', 'Test the card', '      Tests  11 passed (11)', { takes: 7.2 })),
  done('The card is done too, its 11 tests pass.'),
  until(150),
  prompt('Let somebody review it before I open a pull request.'),
  act('I ask for a second pair of eyes.', review),
  done('A reviewer is reading the changes.'),
  hear('Review the changes'),
  think(2),
  act(
    'One of the two remarks is right: without the variables a button has no colour at all.',
    edit(
      `${ROOT}/packages/button/src/Button.tsx`,
      5,
      'const style = { background: "var(--ds-accent)", borderRadius: "var(--ds-radius-m)" };',
      'const style = { background: "var(--ds-accent, #3b5bdb)", borderRadius: "var(--ds-radius-m, 8px)" };',
    ),
  ),
  act(
    bash('pnpm -r test', 'Run all tests', '      Tests  31 passed (31)', {
      takes: 12,
    }),
  ),
  done('The reviewer found one thing worth doing: the variables have fallbacks now. All 31 tests pass.'),
);
