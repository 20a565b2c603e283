// A long conversation: the context fills up and is compacted, and an MCP server asks the user something.
import {
  act,
  bash,
  compact,
  done,
  edit,
  mcp,
  prompt,
  read,
  start,
  text,
  think,
  until,
  wait,
} from '../steps/index.ts';
import { type Story, story } from '../story.ts';

const ROOT = '/home/dev/search-index';
const RANK = `${ROOT}/src/rank.rs`;

const SUMMARY = `The user wants search results ranked by freshness as well as by relevance.
Done: a decay of half a year in src/rank.rs, behind the flag \`fresh\`. Benchmarks: +0.4 ms at the 99th percentile.
Left: the weight (0.3 is a guess), one failing snapshot test, and a ticket for the product people.`;

export const searchIndex: Story = story(
  {
    project: 'search-index',
    branch: 'fresh-results',
    model: 'claude-opus-5-5',
    permissionMode: 'bypassPermissions',
    context: 158_400,
    begins: 20,
  },
  start(),
  wait(3),
  prompt('The benchmark is fine. Now try weights for freshness between 0.1 and 0.5 and pick one.'),
  think(3),
  act(
    'I try five weights on the recorded queries.',
    bash(
      'cargo run --release --bin judge -- --weights 0.1,0.2,0.3,0.4,0.5',
      'Judge five weights',
      text`
      weight  ndcg@10  p99 ms
      0.1     0.712    8.1
      0.2     0.738    8.1
      0.3     0.741    8.2
      0.4     0.733    8.2
      0.5     0.709    8.2
      `,
      { takes: 28 },
    ),
  ),
  think(4),
  act(
    read(
      RANK,
      text`
      pub fn score(doc: &Doc, query: &Query, now: Day) -> f32 {
          let fresh = 0.5_f32.powf((now - doc.day) as f32 / 182.0);
          relevance(doc, query) + FRESHNESS * fresh
      }
      `,
      40,
    ),
  ),
  compact(SUMMARY, 14),
  act(
    '0.3 was a good guess: it is the best of the five. I write it down as a constant with its reason.',
    edit(
      RANK,
      12,
      'const FRESHNESS: f32 = 0.3;',
      text`
      /// The best of 0.1 to 0.5 on the recorded queries (ndcg@10 0.741).
      const FRESHNESS: f32 = 0.3;
      `,
    ),
  ),
  act(
    bash('cargo test', 'Run the tests', '', {
      takes: 16,
      fails: text`
        Exit code 101
        test snapshot::first_page ... FAILED

        failures:
            snapshot::first_page

        test result: FAILED. 87 passed; 1 failed
        `,
    }),
  ),
  think(2),
  act(
    'The snapshot is the one that has to change: newer pages moved up. I accept it.',
    bash(
      'cargo insta accept --snapshot first_page && cargo test',
      'Accept the snapshot',
      text`
      insta: accepted 1 snapshot
      test result: ok. 88 passed; 0 failed
      `,
      { takes: 16.2 },
    ),
  ),
  done(
    'The weight stays 0.3, now with a reason beside it. 88 tests pass; the snapshot of the first page changed, as it should.',
  ),
  until(142),
  prompt('Open a ticket for the product people, so that they look at the new order.'),
  act(
    'The tracker asks where it belongs.',
    mcp(
      'tracker',
      'create_ticket',
      {
        title: 'Look at search results ranked by freshness',
        body: 'Behind the flag `fresh`. Weight 0.3, half-life half a year.',
      },
      'Created SEARCH-1290',
      {
        message: 'Which team should get this ticket?',
        schema: {
          type: 'object',
          properties: { team: { type: 'string', title: 'Team', enum: ['Search', 'Product', 'Growth'] } },
          required: ['team'],
        },
        answer: { team: 'Product' },
        after: 23,
      },
    ),
  ),
  done('The ticket is SEARCH-1290, with the Product team.'),
);
