// What happened before the demo began: sessions of the last days that ended, and one that has been idle for a while.
import {
  act,
  bash,
  done,
  edit,
  leave,
  nudge,
  prompt,
  read,
  start,
  text,
  think,
  wait,
  write,
} from '../steps/index.ts';
import { type Story, story } from '../story.ts';

const HOUR = 3600;

export const handbook: Story = story(
  {
    project: 'handbook',
    branch: 'main',
    model: 'claude-sonnet-5-5',
    permissionMode: 'acceptEdits',
    begins: -0.9 * HOUR,
  },
  start(),
  wait(20),
  prompt('Write a page about how we do code review. Short, friendly, no bullet points.'),
  act(
    'I see how the other pages sound.',
    read(
      '/home/dev/handbook/pages/on-call.md',
      'Being on call is not being alone. Whoever carries the pager may wake anyone else.',
    ),
  ),
  think(9),
  act(
    write(
      '/home/dev/handbook/pages/code-review.md',
      text`
      # Code review

      A review is a conversation between two people who both want the change to be good.
      Answer within a day, say what you like too, and ask before you assume.

      `,
    ),
  ),
  done(
    'The page is in `pages/code-review.md`: five sentences, in the tone of the page about being on call. Shall I link it from the index?',
  ),
  wait(60),
  nudge(),
);

export const migrationPlan: Story = story(
  {
    project: 'ledger',
    branch: 'split-entries',
    model: 'claude-opus-5-5',
    permissionMode: 'plan',
    context: 44_000,
    begins: -26.4 * HOUR,
  },
  start(),
  wait(11),
  prompt('Plan how to split an entry into a debit and a credit line without stopping the service.'),
  act(
    bash(
      'wc -l src/models/*.py',
      'See how large the models are',
      text`
        212 src/models/entry.py
         88 src/models/account.py
      `,
      { takes: 0.3 },
    ),
    read(
      '/home/dev/ledger/src/models/entry.py',
      text`
      class Entry(Model):
          debit_account = ForeignKey(Account)
          credit_account = ForeignKey(Account)
          amount = Integer()
      `,
    ),
  ),
  think(55),
  done(
    'Three steps: write both lines beside the old column, move the readers over one by one, then drop the column in a migration of its own (0042).',
  ),
  wait(400),
  leave(),
);

export const freshness: Story = story(
  {
    project: 'search-index',
    branch: 'fresh-results',
    model: 'claude-opus-5-5',
    permissionMode: 'bypassPermissions',
    context: 92_000,
    begins: -50 * HOUR,
  },
  start(),
  wait(14),
  prompt('Newer documents should rank a little higher. Put it behind a flag.'),
  act(
    read(
      '/home/dev/search-index/src/rank.rs',
      text`
      pub fn score(doc: &Doc, query: &Query) -> f32 {
          relevance(doc, query)
      }
      `,
      40,
    ),
  ),
  think(30),
  act(
    edit(
      '/home/dev/search-index/src/rank.rs',
      41,
      '    relevance(doc, query)',
      '    relevance(doc, query) + FRESHNESS * fresh',
    ),
  ),
  act(bash('cargo test', 'Run the tests', 'test result: ok. 86 passed; 0 failed', { takes: 38 })),
  act(
    bash(
      'cargo bench --bench rank',
      'Measure',
      'rank/p99  time: [8.0912 ms 8.1340 ms 8.1802 ms]  change: +4.1%',
      { takes: 96 },
    ),
  ),
  done(
    'Freshness counts now, with a half-life of half a year, behind the flag `fresh`. It costs 0.4 ms at the 99th percentile.',
  ),
  wait(700),
  leave(),
);

export const slowImages: Story = story(
  {
    project: 'storefront',
    branch: 'main',
    model: 'claude-sonnet-5-5',
    permissionMode: 'acceptEdits',
    context: 31_000,
    begins: -54.5 * HOUR,
  },
  start(),
  wait(8),
  prompt('Why does the list of shoes load slowly on phones?'),
  act(
    'I measure it as a phone would see it.',
    bash(
      'npx lighthouse http://localhost:5173/shoes --preset=perf --quiet',
      'Measure the page',
      text`
      Performance 61
      Largest Contentful Paint 4.9 s
      Total image weight 3.8 MB
      `,
      { takes: 33 },
    ),
  ),
  think(12),
  act(
    bash(
      'grep -rn "cdn.example.com" src | head -3',
      'See how images are asked for',
      'src/lib/image.ts:7:  return cdn.example.com(id, "jpg");',
      { takes: 0.4 },
    ),
  ),
  act(
    edit(
      '/home/dev/storefront/src/lib/image.ts',
      7,
      '  return cdn.example.com(id, "jpg");',
      '  return cdn.example.com(id, "avif", width);',
    ),
  ),
  done(
    'Every phone got the 2,000 pixel JPEG. It asks for AVIF in the width it needs now: 3.8 MB became 420 kB, and the page is there after 1.9 s.',
  ),
  wait(260),
  leave(),
);
